using System.Text.RegularExpressions;
using AgentKeys.Protocol;
using AgentKeys.Services.Tests.Worker;
using Xunit;

namespace AgentKeys.Services.Tests.WrongMoves;

/// <summary>
/// Every wrong move at broker, workers and signer: one thing of a valid request bent, one code, nothing recorded, nothing changed.
/// A verifier without an answer to a move is a hole in the table, and the table fails.
/// </summary>
public sealed partial class WrongMoveTests(MatrixStage stage) : IClassFixture<MatrixStage>
{
    public static TheoryData<string> AtBroker => Names(Verifier.Broker);

    public static TheoryData<string> AtExplain => Names(Verifier.Explain);

    public static TheoryData<string> AtWorker => Names(Verifier.Worker);

    public static TheoryData<string> AtMemory => Names(Verifier.Memory);

    public static TheoryData<string> AtSigner => Names(Verifier.Signer);

    public static TheoryData<CapOp> Ops => [.. VaultStack.Ops];

    [Theory, MemberData(nameof(AtBroker))]
    public async Task The_broker_refuses(string move) => await AtTheBrokerAsync(WrongMoveTable.Named(move), Verifier.Broker);

    /// <summary>The question itself is refused, or answered with the same code; no cap either way.</summary>
    [Theory, MemberData(nameof(AtExplain))]
    public async Task The_broker_promises_nothing(string move) => await AtTheBrokerAsync(WrongMoveTable.Named(move), Verifier.Explain);

    [Theory, MemberData(nameof(AtWorker))]
    public async Task The_worker_refuses(string move) => await AtAVaultAsync(WrongMoveTable.Named(move), Verifier.Worker, stage.Vault);

    [Theory, MemberData(nameof(AtMemory))]
    public async Task The_memory_worker_refuses(string move) => await AtAVaultAsync(WrongMoveTable.Named(move), Verifier.Memory, stage.Notes);

    [Theory, MemberData(nameof(AtSigner))]
    public async Task The_signer_refuses(string move) => await AtAVaultAsync(WrongMoveTable.Named(move), Verifier.Signer, stage.Vault);

    /// <summary>What every row bends is right: otherwise each of them could be refused for something else.</summary>
    [Theory, MemberData(nameof(Ops))]
    public async Task The_unbent_requests_are_allowed(CapOp op)
    {
        Assert.Equal("ok", (await stage.SendToBrokerAsync(stage.NewBrokerCall(op).Build())).Code);
        Assert.True((await stage.SendToBrokerAsync(stage.NewBrokerCall(op, explains: true).Build())).Json.GetProperty("allowed").GetBoolean());
        foreach (var vault in (VaultStack[])[stage.Vault, stage.Notes])
        {
            await MatrixStage.StoreAsync(vault);
            Assert.Equal("ok", (await vault.SendAsync(vault.CallOf(op))).Code);
        }
        await MatrixStage.StoreAsync(stage.Vault);
        if (op is CapOp.Store or CapOp.Fetch)
            Assert.Equal("ok", (await stage.SendToSignerAsync(stage.Vault.CallOf(op).Build(), op)).Code);
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

    private static bool Fits(Cell cell, Verifier verifier) => verifier is Verifier.Broker or Verifier.Explain ? cell.AtBroker is not null : cell.AtVault is not null;

    private async Task AtTheBrokerAsync(WrongMove move, Verifier verifier)
    {
        var call = stage.NewBrokerCall(move.Op, explains: verifier == Verifier.Explain);
        await RefusedAsync(move[verifier], () => move[verifier].AtBroker!(stage.Broker, call), call.Build, stage.SendToBrokerAsync);
    }

    private async Task AtAVaultAsync(WrongMove move, Verifier verifier, VaultStack vault)
    {
        await MatrixStage.StoreAsync(vault);
        var call = vault.CallOf(move.Op);
        var stored = await File.ReadAllBytesAsync(vault.ObjectPath);
        Func<WireRequest, Task<WireAnswer>> send = verifier == Verifier.Signer ? r => stage.SendToSignerAsync(r, move.Op) : vault.SendAsync;
        await RefusedAsync(move[verifier], () => move[verifier].AtVault!(vault, call), call.Build, send);
        if (move[verifier].AtTheAct)
            vault.PutBack(stored);
    }

    private async Task RefusedAsync(Cell cell, Action bend, Func<WireRequest> build, Func<WireRequest, Task<WireAnswer>> send)
    {
        var before = stage.Trace();
        try
        {
            bend();
            var request = build();
            if (cell.Used != Used.Nothing)
            {
                Assert.Equal("ok", (await send(request)).Code);
                before = stage.Trace();
                request = cell.Used == Used.Cap ? build() : request;
            }
            var objects = stage.Objects();
            var answer = await send(request);
            Assert.Equal(cell.Code, Told(answer));
            if (cell.AtTheAct)
                Assert.Equal(objects, stage.Objects());
            else // a question that was answered is on record; nothing else ever is
                Assert.Equal(before with { Broker = before.Broker + (answer.Status == 200 ? 2u : 0) }, stage.Trace());
        }
        finally
        {
            stage.Reset();
        }
    }

    /// <summary>What a client learns: the code of the refusal, or of the one that explain answers with.</summary>
    private static string Told(WireAnswer answer)
    {
        if (answer.Status == 200)
            return answer.Json.GetProperty("allowed").GetBoolean() ? "allowed" : answer.Json.GetProperty("refusal").GetProperty("code").GetString()!;
        Assert.True(RefusalCodes.TryParse(answer.Code, out var code));
        Assert.Equal(code.Status(), answer.Status);
        return answer.Code;
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
