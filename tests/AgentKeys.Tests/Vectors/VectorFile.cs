using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace AgentKeys.Tests.Vectors;

/// <summary>
/// One file of <c>tests/vectors</c>, read by C# and by forge. Bytes are 0x hex, numbers above 2^53 are strings, members of a case
/// are in alphabetical order (forge decodes structs by it). <c>AGENTKEYS_WRITE_VECTORS=1 dotnet test --filter Vectors</c> writes
/// the files again; without it the tests compare.
/// </summary>
internal sealed class VectorFile(string name)
{
    private static readonly JsonSerializerOptions s_options = new() { WriteIndented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static bool Writes => Environment.GetEnvironmentVariable("AGENTKEYS_WRITE_VECTORS") == "1";

    public string Path { get; } = System.IO.Path.Combine(Folder(), name);

    /// <summary>The stored file, or null before it is first written.</summary>
    public JsonNode? TryRead() => File.Exists(Path) ? JsonNode.Parse(File.ReadAllText(Path)) : null;

    public JsonArray ReadCases() => TryRead()?["cases"]?.AsArray() ?? throw new FileNotFoundException($"{Path} has no cases; write it with AGENTKEYS_WRITE_VECTORS=1.");

    /// <summary>The file's whole text.</summary>
    public static string Render(string description, IEnumerable<JsonObject> cases)
    {
        var sorted = cases.Select(c => new JsonObject(c.OrderBy(m => m.Key, StringComparer.Ordinal).Select(m => KeyValuePair.Create(m.Key, m.Value?.DeepClone()))));
        var root = new JsonObject { ["description"] = description, ["generatedBy"] = "AGENTKEYS_WRITE_VECTORS=1 dotnet test --filter Vectors", ["cases"] = new JsonArray([.. sorted]) };
        return root.ToJsonString(s_options) + "\n";
    }

    public static string Hex(ReadOnlySpan<byte> bytes) => "0x" + Convert.ToHexStringLower(bytes);

    public static byte[] Bytes(JsonNode? hex) => Convert.FromHexString(hex!.GetValue<string>().AsSpan(2));

    private static string Folder()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(System.IO.Path.Combine(folder.FullName, "Chain.sln")))
                return System.IO.Path.Combine(folder.FullName, "tests", "vectors");
        }
        throw new DirectoryNotFoundException("Chain.sln is in no folder above the tests.");
    }
}
