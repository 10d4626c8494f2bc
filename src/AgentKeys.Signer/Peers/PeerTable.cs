using System.Collections.Frozen;
using System.Globalization;
using AgentKeys.Hosting;
using AgentKeys.Protocol;
using AgentKeys.Verification;

namespace AgentKeys.Signer;

/// <summary>Which user's process may ask for keys of which class, and at which URL that class is served.</summary>
public sealed class PeerTable
{
    private readonly FrozenDictionary<uint, FrozenDictionary<DataClass, string>> _peers;

    private PeerTable(FrozenDictionary<uint, FrozenDictionary<DataClass, string>> peers) => _peers = peers;

    /// <summary>Every class that some peer serves.</summary>
    public IReadOnlyList<DataClass> Classes => [.. _peers.Values.SelectMany(p => p.Keys).Distinct().Order()];

    /// <summary>What this process may serve; null for a peer that is not listed.</summary>
    /// <param name="uid">from the kernel, never from the request; null when the connection has none.</param>
    public IReadOnlyDictionary<DataClass, string>? Find(uint? uid) => uid is { } known ? _peers.GetValueOrDefault(known) : null;

    /// <param name="errors">everything that is wrong, each naming its setting.</param>
    public static PeerTable Read(IList<PeerOptions> peers, SettingErrors errors)
    {
        var table = new Dictionary<uint, FrozenDictionary<DataClass, string>>();
        for (var i = 0; i < peers.Count; i++)
        {
            var setting = string.Create(CultureInfo.InvariantCulture, $"Peers:{i}");
            if (peers[i].Uid is < 0 or >= uint.MaxValue)
                errors.Add($"{setting}:Uid", "the user id that the worker runs as");
            else if (!table.TryAdd((uint)peers[i].Uid, ReadClasses(peers[i], setting, errors)))
                errors.Add($"{setting}:Uid", "a user id that is not listed yet");
        }
        errors.Require(peers.Count > 0, "Peers", "at least one worker: its Uid and its Classes");
        return new PeerTable(table.ToFrozenDictionary());
    }

    private static FrozenDictionary<DataClass, string> ReadClasses(PeerOptions peer, string setting, SettingErrors errors)
    {
        var classes = new Dictionary<DataClass, string>();
        foreach (var (name, url) in peer.Classes)
        {
            if (!DataClasses.TryParse(name, out var dataClass) || dataClass is not (DataClass.Credentials or DataClass.Memory))
                errors.Add($"{setting}:Classes:{name}", "a class with sealed objects: credentials, memory");
            else if (!PublicUrl.IsValid(url))
                errors.Add($"{setting}:Classes:{name}", PublicUrl.Expectation);
            else
                classes[dataClass] = url;
        }
        errors.Require(peer.Classes.Count > 0, $"{setting}:Classes", "at least one class and the public URL where the worker serves it");
        return classes.ToFrozenDictionary();
    }
}
