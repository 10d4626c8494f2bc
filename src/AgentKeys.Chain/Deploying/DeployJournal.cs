using System.Text;
using System.Text.Json;
using AgentKeys.Ethereum;
using AgentKeys.Ethereum.Rpc;

namespace AgentKeys.Chain;

/// <summary>One deploying transaction, noted before it was sent.</summary>
/// <param name="InitCodeHash">keccak256 of what it deploys.</param>
/// <param name="Address">Where the contract will be: the sender and the nonce fix it.</param>
internal sealed record JournalEntry(string Contract, Hash32 InitCodeHash, PreparedTransaction Transaction, Address Address);

/// <summary>
/// What a deployment has sent, one line of JSON each, on disk before the node gets anything. The first line says of which chain:
/// its id and the hash of its first block, so that the journal of a development chain is never taken for its successor's. Held
/// open and locked while in use.
/// </summary>
internal sealed class DeployJournal : IDisposable
{
    private readonly FileStream _file;
    private readonly List<JournalEntry> _entries = [];

    private DeployJournal(FileStream file) => _file = file;

    /// <summary>The newest entry of a contract; null: nothing was sent for it.</summary>
    public JournalEntry? Find(string contract) => _entries.LastOrDefault(e => e.Contract == contract);

    /// <exception cref="DeployException">In use, damaged, or of another chain.</exception>
    public static DeployJournal Open(string path, ulong chainId, Hash32 firstBlock)
    {
        FileStream file;
        try
        {
            file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException e) when (e is not (DirectoryNotFoundException or FileNotFoundException))
        {
            throw new DeployException(DeployFault.InUse, "Another process is deploying with the same journal.", e);
        }

        var journal = new DeployJournal(file);
        try
        {
            journal.Read($$"""{"chainId":{{chainId}},"firstBlock":"{{firstBlock}}"}""");
            return journal;
        }
        catch
        {
            journal.Dispose();
            throw;
        }
    }

    /// <summary>On disk when it returns.</summary>
    public void Append(JournalEntry entry)
    {
        WriteLine(JsonSerializer.Serialize(new Dictionary<string, string>
        {
            ["contract"] = entry.Contract,
            ["initCodeHash"] = entry.InitCodeHash.ToString(),
            ["from"] = entry.Transaction.From.ToString(),
            ["nonce"] = entry.Transaction.Nonce.ToString(System.Globalization.CultureInfo.InvariantCulture),
            ["address"] = entry.Address.ToString(),
            ["raw"] = Hex.Encode(entry.Transaction.Raw.Span),
        }));
        _entries.Add(entry);
    }

    public void Dispose() => _file.Dispose();

    private void Read(string header)
    {
        using var reader = new StreamReader(_file, Encoding.UTF8, leaveOpen: true);
        var text = reader.ReadToEnd();
        var complete = text[..(text.LastIndexOf('\n') + 1)];

        // A last line without an end was being written when the machine stopped: before sending, so nothing was sent for it.
        _file.SetLength(Encoding.UTF8.GetByteCount(complete));
        _file.Seek(0, SeekOrigin.End);
        var lines = complete.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        if (lines.Length == 0)
        {
            WriteLine(header);
            return;
        }

        if (lines[0] != header)
            throw new DeployException(DeployFault.JournalOfAnother, "The journal is of another chain; keep it or remove it, then run again.");
        _entries.AddRange(lines.Skip(1).Select(Parse));
    }

    private void WriteLine(string line)
    {
        _file.Write(Encoding.UTF8.GetBytes(line + "\n"));
        _file.Flush(flushToDisk: true);
    }

    private static JournalEntry Parse(string line)
    {
        try
        {
            var fields = JsonSerializer.Deserialize<Dictionary<string, string>>(line)!;
            var raw = Hex.Decode(fields["raw"]);
            var transaction = new PreparedTransaction(
                new Hash32(Keccak256.Hash(raw)), ulong.Parse(fields["nonce"], System.Globalization.CultureInfo.InvariantCulture),
                Address.Parse(fields["from"]), raw);
            return new JournalEntry(fields["contract"], Hash32.Parse(fields["initCodeHash"]), transaction, Address.Parse(fields["address"]));
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or FormatException or OverflowException)
        {
            throw new DeployException(DeployFault.JournalDamaged, "The journal is damaged.", e);
        }
    }
}
