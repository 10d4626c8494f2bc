using System.Text.Json;

namespace AgentKeys.Ethereum.Abi;

/// <summary>
/// What a contract's JSON ABI (the compiler's output) declares, by name. The file is the project's own build product, so
/// every surprise in it throws. Overloaded functions are kept by their full signature only.
/// </summary>
public sealed class AbiContract
{
    private readonly List<AbiFunction> _functions = [];
    private readonly Dictionary<string, AbiFunction> _bySignature = new(StringComparer.Ordinal);
    private readonly Dictionary<string, AbiFunction?> _byName = new(StringComparer.Ordinal);
    private readonly Dictionary<string, AbiEvent> _events = new(StringComparer.Ordinal);
    private readonly Dictionary<uint, AbiError> _errors = [];

    private AbiContract()
    {
    }

    /// <summary>The constructor's parameters; empty if it declares none.</summary>
    public IReadOnlyList<AbiParameter> ConstructorParameters { get; private set; } = [];

    public IReadOnlyList<AbiFunction> Functions => _functions;

    public IEnumerable<AbiEvent> Events => _events.Values;

    public IEnumerable<AbiError> Errors => _errors.Values;

    /// <param name="abi">The JSON array.</param>
    /// <exception cref="FormatException">Not a JSON ABI.</exception>
    public static AbiContract FromJson(JsonElement abi)
    {
        var contract = new AbiContract();
        try
        {
            foreach (var entry in abi.EnumerateArray())
                contract.Add(entry);
        }
        catch (Exception e) when (e is InvalidOperationException or KeyNotFoundException)
        {
            throw new FormatException("Not a contract's JSON ABI.", e);
        }

        return contract;
    }

    /// <param name="name">A name, or for an overloaded function the whole signature.</param>
    /// <exception cref="KeyNotFoundException">The contract has no such function.</exception>
    public AbiFunction Function(string name) =>
        _bySignature.GetValueOrDefault(name) ?? _byName.GetValueOrDefault(name)
        ?? throw new KeyNotFoundException($"The contract has no function {name}, or several.");

    /// <exception cref="KeyNotFoundException">The contract has no such event.</exception>
    public AbiEvent Event(string name) =>
        _events.TryGetValue(name, out var e) ? e : throw new KeyNotFoundException($"The contract has no event {name}.");

    /// <summary>The declared error with this selector, also <c>Error(string)</c> and <c>Panic(uint256)</c>; null for another,
    /// or for data too short to have a selector.</summary>
    public AbiError? FindError(ReadOnlySpan<byte> revertData) =>
        revertData.Length < 4 ? null : _errors.GetValueOrDefault(Key(revertData)) ?? Standard(revertData);

    private static AbiError? Standard(ReadOnlySpan<byte> revertData) =>
        Key(revertData) == Key(AbiError.Text.Signature.Selector) ? AbiError.Text
        : Key(revertData) == Key(AbiError.Panic.Signature.Selector) ? AbiError.Panic
        : null;

    private static uint Key(ReadOnlySpan<byte> data) => System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(data);

    private void Add(JsonElement entry)
    {
        switch (entry.GetProperty("type").GetString())
        {
            case "constructor":
                ConstructorParameters = Parameters(entry, "inputs");
                break;
            case "function":
                AddFunction(new AbiFunction(Signature(entry), Parameters(entry, "outputs")));
                break;
            case "event" when !entry.GetProperty("anonymous").GetBoolean():
                var declared = new AbiEvent(Signature(entry));
                _events[declared.Signature.Name] = declared;
                break;
            case "error":
                var error = new AbiError(Signature(entry));
                _errors[Key(error.Signature.Selector)] = error;
                break;
            default:
                break;
        }
    }

    private void AddFunction(AbiFunction function)
    {
        _functions.Add(function);
        _bySignature[function.Signature.Text] = function;
        var name = function.Signature.Name;
        _byName[name] = _byName.ContainsKey(name) ? null : function;
    }

    private static AbiSignature Signature(JsonElement entry) =>
        new(entry.GetProperty("name").GetString()!, Parameters(entry, "inputs"));

    private static List<AbiParameter> Parameters(JsonElement entry, string member) =>
        [.. entry.GetProperty(member).EnumerateArray().Select(Parameter)];

    private static AbiParameter Parameter(JsonElement entry)
    {
        var text = entry.GetProperty("type").GetString()!;
        var indexed = entry.TryGetProperty("indexed", out var flag) && flag.GetBoolean();
        var name = entry.TryGetProperty("name", out var n) ? n.GetString()! : "";
        if (!text.StartsWith("tuple", StringComparison.Ordinal))
            return new AbiParameter(name, AbiType.Parse(text), indexed);

        // "tuple", "tuple[]", "tuple[2][]": the members stand beside, the dimensions behind.
        var dimensions = new AbiSignatureParser(text["tuple".Length..]);
        var type = dimensions.ReadDimensions(AbiType.TupleOf(Parameters(entry, "components")));
        dimensions.ExpectEnd();
        return new AbiParameter(name, type, indexed);
    }
}
