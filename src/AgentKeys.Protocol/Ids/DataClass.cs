namespace AgentKeys.Protocol;

/// <summary>What kind of data a cap opens. Signed into every cap; one bucket and one role per class. The numbers are on chain.</summary>
public enum DataClass : byte
{
    Credentials = 1,
    Memory = 2,
    Audit = 3,
    Email = 4,
}

public static class DataClasses
{
    public static IReadOnlyList<DataClass> All { get; } = [DataClass.Credentials, DataClass.Memory, DataClass.Audit, DataClass.Email];

    /// <summary>Name on the wire, in object keys and in storage tags.</summary>
    public static string Name(this DataClass dataClass) => dataClass switch
    {
        DataClass.Credentials => "credentials",
        DataClass.Memory => "memory",
        DataClass.Audit => "audit",
        DataClass.Email => "email",
        _ => throw new ArgumentOutOfRangeException(nameof(dataClass)),
    };

    /// <summary>The class's bit in a grant's mask: <c>1 &lt;&lt; (id - 1)</c>.</summary>
    public static byte MaskBit(this DataClass dataClass) => (byte)(1 << ((byte)dataClass - 1));

    /// <summary>Whether an object of the class is named by a key in its service, and not by the service alone: one or the other, never both.</summary>
    public static bool HasKeys(this DataClass dataClass) => dataClass == DataClass.Memory;

    public static bool TryParse(string? name, out DataClass dataClass)
    {
        foreach (var candidate in All)
        {
            if (candidate.Name() == name)
            {
                dataClass = candidate;
                return true;
            }
        }
        dataClass = default;
        return false;
    }
}
