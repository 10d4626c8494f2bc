using System.Text.Json;
using AgentKeys.Testing.Processes;
using AgentKeys.Tests.Repository;

namespace AgentKeys.Tests.Differential;

/// <summary>
/// The other implementations (tests/differential: ethers, viem, noble, jose) in one Node process, for one test class; use it as an
/// IClassFixture. Starts with the first question, ends with the fixture. Without Node.js or the packages <see cref="Missing"/> says what to run.
/// </summary>
public sealed class NodePeer : IDisposable
{
    private static readonly string s_folder = RepositoryRoot.File("tests/differential");

    private readonly Lazy<NodeScript> _script = new(() => NodeScript.Start(Path.Combine(s_folder, "peer.mjs")));

    /// <summary>Why there is nobody to ask; null if there is.</summary>
    public static string? Missing =>
        NodeScript.IsInstalled && Directory.Exists(Path.Combine(s_folder, "node_modules", "ethers")) ? null
        : "NOT COMPARED with other implementations: Node.js or the packages of tests/differential are missing: run ./scripts/setup";

    /// <summary>The answers to these questions, in their order.</summary>
    /// <param name="op">a module of tests/differential and a function in it, <c>hashes.keccak</c>.</param>
    /// <exception cref="InvalidOperationException">A peer did what its script does not expect, or the peers differ among themselves.</exception>
    public async Task<JsonElement[]> AskAsync(string op, IReadOnlyCollection<object> items) =>
        [.. (await _script.Value.AskAsync(new { op, items })).GetProperty("results").EnumerateArray()];

    public void Dispose()
    {
        if (_script.IsValueCreated)
            _script.Value.Dispose();
    }
}
