using System.Text.RegularExpressions;
using AgentKeys.Protocol;
using AgentKeys.Services.Tests.Worker;
using Xunit;

namespace AgentKeys.Services.Tests.WrongMoves;

/// <summary>
/// Every wrong move at broker, worker and signer: one thing of a valid request bent, one code, nothing recorded, nothing changed.
/// A verifier without an answer to a move is a hole in the table, and the table fails.
/// </summary>
public sealed partial class WrongMoveTests(MatrixStage stage) : IClassFixture<MatrixStage>
{
    public static TheoryData<string> AtBroker => Names(Verifier.Broker);

    public static TheoryData<string> AtWorker => Names(Verifier.Worker);

    public static TheoryData<string> AtSigner => Names(Verifier.Signer);

    [Theory, MemberData(nameof(AtBroker))]
    public async Task The_broker_refuses(string move)
    {
        var call = stage.NewBrokerCall();
        var cell = WrongMoveTable.Named(move).Broker;
        await RefusedAsync(cell, () => cell.AtBroker!(stage.Broker, call), () => stage.SendToBrokerAsync(call.Build()));
    }

    [Theory, MemberData(nameof(AtWorker))]
    public async Task The_worker_refuses(string move)
    {
        var call = stage.Vault.StoreCall([2]);
        var cell = WrongMoveTable.Named(move).Worker;
        await RefusedAsync(cell, () => cell.AtVault!(stage.Vault, call), () => stage.Vault.SendAsync(call));
    }

    [Theory, MemberData(nameof(AtSigner))]
    public async Task The_signer_refuses(string move)
    {
        var call = stage.Vault.StoreCall([2]);
        var cell = WrongMoveTable.Named(move).Signer;
        await RefusedAsync(cell, () => cell.AtVault!(stage.Vault, call), () => stage.SendToSignerAsync(call));
    }

    /// <summary>What every row bends is right: otherwise each of them could be refused for something else.</summary>
    [Fact]
    public async Task The_unbent_requests_are_allowed()
    {
        Assert.Equal("ok", (await stage.SendToBrokerAsync(stage.NewBrokerCall().Build())).Code);
        Assert.Equal("ok", (await stage.Vault.SendAsync(stage.Vault.StoreCall([2]))).Code);
        Assert.Equal("ok", (await stage.SendToSignerAsync(stage.Vault.StoreCall([2]))).Code);
    }

    /// <summary>Each cell has a code of SPEC.md and a test behind it, or a reason; and no move is everybody's exception.</summary>
    [Fact]
    public void No_cell_is_empty()
    {
        var tests = TestNames();
        foreach (var move in WrongMoveTable.All)
        {
            foreach (var verifier in Enum.GetValues<Verifier>())
            {
                var cell = move[verifier];
                var filled = cell.Code is null
                    ? cell.Because is { Length: > 20 }
                    : RefusalCodes.TryParse(cell.Code, out _) && (cell.ShownBy is { } shown ? tests.Contains(shown) : Fits(cell, verifier));
                Assert.True(filled, $"{move} at the {verifier}: {cell.Code ?? cell.Because} {cell.ShownBy}");
            }
            Assert.Contains(Enum.GetValues<Verifier>(), v => move[v].Code is not null);
        }
        Assert.Equal(WrongMoveTable.All.Count, WrongMoveTable.All.Select(m => m.Name).Distinct().Count());
    }

    private static bool Fits(Cell cell, Verifier verifier) => verifier == Verifier.Broker ? cell.AtBroker is not null : cell.AtVault is not null;

    private async Task RefusedAsync(Cell cell, Action bend, Func<Task<WireAnswer>> send)
    {
        var before = stage.Trace();
        try
        {
            bend();
            var answer = await send();
            Assert.Equal(cell.Code, answer.Code);
            Assert.True(RefusalCodes.TryParse(answer.Code, out var code));
            Assert.Equal(code.Status(), answer.Status);
        }
        finally
        {
            stage.Reset();
        }
        Assert.Equal(before, stage.Trace());
    }

    private static TheoryData<string> Names(Verifier verifier) => [.. WrongMoveTable.All.Where(m => m[verifier].IsMadeHere).Select(m => m.Name)];

    /// <summary><c>Class.Method</c> of every test in the sources, of this project and the others.</summary>
    private static HashSet<string> TestNames()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "Chain.sln")))
            folder = Directory.GetParent(folder)!.FullName;
        var files = Directory.EnumerateFiles(Path.Combine(folder, "tests"), "*.cs", SearchOption.AllDirectories).Where(f => !f.Contains("/obj/", StringComparison.Ordinal));
        HashSet<string> names = [];
        foreach (var text in files.Select(File.ReadAllText))
        {
            var type = TestClass().Match(text).Groups[1].Value;
            names.UnionWith(TestMethod().Matches(text).Select(m => $"{type}.{m.Groups[1].Value}"));
        }
        return names;
    }

    [GeneratedRegex(@"^public (?:sealed )?(?:abstract )?(?:partial )?class (\w+)", RegexOptions.Multiline)]
    private static partial Regex TestClass();

    [GeneratedRegex(@"(?:Fact|Theory)[^\n]*\](?:\s*\[[^\n]*\](?: //[^\n]*)?)*\s+public (?:async )?(?:Task|void) (\w+)\(", RegexOptions.Multiline)]
    private static partial Regex TestMethod();
}
