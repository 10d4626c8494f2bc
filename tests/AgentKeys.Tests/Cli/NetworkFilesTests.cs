using AgentKeys.Cli;
using Xunit;

namespace AgentKeys.Tests.Cli;

/// <summary>
/// Whoever describes the network receives the secrets that are stored. A description that counts only because somebody stands in
/// its folder, an unpacked archive or a cloned repository say, may therefore name this machine and nothing else.
/// </summary>
public sealed class NetworkFilesTests : IDisposable
{
    private const string Local =
        """{"broker":"http://localhost:8091","workers":{"credentials":"http://127.0.0.1:9094"},"profile":"anvil","rpc_urls":["http://[::1]:8545"],"deployment":{}}""";

    private readonly FakeTerminal _terminal = new();

    public void Dispose() => _terminal.Dispose();

    [Fact]
    public void A_description_found_here_may_name_this_machine()
    {
        Write(_terminal.Folder[".agentkeys/dev/network.json"], Local);
        Assert.Equal("localhost", Load(null).Broker.Host);
    }

    [Theory]
    [InlineData("localhost:8091", "broker.example")]
    [InlineData("127.0.0.1:9094", "127.0.0.1.example:9094")]
    [InlineData("[::1]:8545", "203.0.113.7:8545")]
    public void A_description_found_here_names_no_other_machine(string from, string to)
    {
        Write(_terminal.Folder[".agentkeys/dev/network.json"], Local.Replace(from, to, StringComparison.Ordinal));
        var refused = Assert.Throws<CliException>(() => Load(null));
        Assert.Contains("--network", refused.Hint, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("option")]
    [InlineData("environment")]
    [InlineData("home")]
    public void A_description_that_was_chosen_may_name_any_machine(string how)
    {
        var path = how == "home" ? Path.Combine(_terminal.Home, "network.json") : _terminal.Folder["chosen.json"];
        Write(path, Local.Replace("localhost:8091", "broker.example", StringComparison.Ordinal));
        if (how == "environment")
            _terminal.Environment["AGENTKEYS_NETWORK"] = path;
        Assert.Equal("broker.example", Load(how == "option" ? path : null).Broker.Host);
    }

    private AgentKeys.Client.NetworkDescription Load(string? option) => NetworkFiles.Load(option, new AgentKeysHome(_terminal.Home), _terminal.Edges());

    private static void Write(string path, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
    }
}
