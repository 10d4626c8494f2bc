using System.Collections.Concurrent;
using AgentKeys.Protocol;

namespace AgentKeys.Signer;

/// <summary>
/// The ring keys of one folder. All of them must load when the process starts; a file added later (<c>epoch add</c>) is taken up when
/// its epoch is first asked for, without a restart. Keys once loaded stay as they are: a file changed afterwards changes nothing.
/// </summary>
public sealed partial class KeyRing : IDisposable
{
    private readonly string _folder;
    private readonly ILogger<KeyRing> _log;
    private readonly ConcurrentDictionary<ulong, RingKey> _keys = new();
    private readonly Lock _loading = new();

    /// <exception cref="RingException">no key at all, or one that must not be used; names every such file.</exception>
    public KeyRing(string folder, ILogger<KeyRing> log)
    {
        (_folder, _log) = (folder, log);
        if (!Directory.Exists(folder))
            throw new RingException($"{folder} does not exist; make the first ring key with: epoch add --ring {folder}.");
        var faults = new List<string>();
        foreach (var epoch in RingFile.EpochsIn(folder))
        {
            try
            {
                _keys[epoch] = RingFile.Read(folder, epoch);
            }
            catch (RingException e)
            {
                faults.Add(e.Message);
            }
        }
        if (faults.Count == 0 && _keys.IsEmpty)
            faults.Add($"{folder} holds no ring key; make the first one with: epoch add --ring {folder}.");
        if (faults.Count == 0)
            return;
        Dispose();
        throw new RingException(string.Join(Environment.NewLine, faults));
    }

    /// <summary>Epochs in the ring, ascending, those of new files included.</summary>
    public IReadOnlyList<ulong> Epochs
    {
        get
        {
            foreach (var epoch in RingFile.EpochsIn(_folder))
                _ = Find(epoch);
            return [.. _keys.Keys.Order()];
        }
    }

    /// <summary>The key of an epoch; null when there is none, or its new file must not be used (logged).</summary>
    public RingKey? Find(ulong epoch) => _keys.TryGetValue(epoch, out var key) ? key : TakeUp(epoch);

    /// <summary>The key that an envelope names: both its epoch and its id have to be in the ring.</summary>
    public RingKey? Find(ulong epoch, KeyId id) => Find(epoch) is { } key && key.Id == id ? key : null;

    public void Dispose()
    {
        foreach (var key in _keys.Values)
            key.Dispose();
    }

    private RingKey? TakeUp(ulong epoch)
    {
        if (!File.Exists(RingFile.PathOf(_folder, epoch)))
            return null;
        lock (_loading)
        {
            if (_keys.TryGetValue(epoch, out var taken))
                return taken;
            try
            {
                var key = _keys[epoch] = RingFile.Read(_folder, epoch);
                LogTakenUp(epoch, key.Id);
                return key;
            }
            catch (RingException e)
            {
                LogRefused(epoch, e.Message);
                return null;
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "took up the ring key of epoch {Epoch}, key id {KeyId}")]
    private partial void LogTakenUp(ulong epoch, KeyId keyId);

    [LoggerMessage(Level = LogLevel.Error, Message = "the ring key of epoch {Epoch} is not used: {Reason}")]
    private partial void LogRefused(ulong epoch, string reason);
}
