using System.Security.Cryptography;
using System.Text;
using AgentKeys.Client;
using AgentKeys.Protocol;

namespace AgentKeys.Cli;

/// <summary>One credential as a variable of a program's environment. Bytes, never a string; disposing wipes them.</summary>
internal sealed class ChildVariable : IDisposable
{
    private ChildVariable(string name, byte[] value) => (Name, Value) = (name, value);

    /// <summary>As a person typed it who stored the credential.</summary>
    public string Name { get; }

    /// <summary>Ends with the zero byte that C expects.</summary>
    public byte[] Value { get; }

    /// <param name="wanted">what was asked for: a worker's answer chooses upper and lower case of the name, and nothing else, so it can never set PATH.</param>
    /// <exception cref="CliException">another credential's name, or a value that no environment can hold.</exception>
    public static ChildVariable Of(ServiceName wanted, FetchedObject fetched)
    {
        if (!ServiceName.TryFromTyped(fetched.Name, out var service) || service != wanted)
            throw CliException.Failure("The worker answered with another credential than the one that was asked for.", "is the URL in the network description right?");
        var value = fetched.Value.Span;
        if (value.Contains((byte)0))
            throw CliException.Failure("The value holds a zero byte, and an environment cannot.", $"agentkeys cred fetch {fetched.Name} --out FILE");
        var bytes = new byte[value.Length + 1];
        value.CopyTo(bytes);
        return new ChildVariable(fetched.Name, bytes);
    }

    public void Dispose() => CryptographicOperations.ZeroMemory(Value);

    /// <summary>Never the value.</summary>
    public override string ToString() => Name;

    internal byte[] NameBytes() => Encoding.ASCII.GetBytes(Name + '\0');
}
