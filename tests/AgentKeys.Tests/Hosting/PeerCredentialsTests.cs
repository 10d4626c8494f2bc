using System.Globalization;
using AgentKeys.Testing.Storage;
using Xunit;

namespace AgentKeys.Tests.Hosting;

public sealed class PeerCredentialsTests
{
    [Fact]
    public async Task A_unix_socket_names_its_peer()
    {
        using var folder = new TemporaryFolder();
        await using var service = await TestService.StartAsync(folder["s"]);
        var uid = uint.Parse(await service.Client.GetStringAsync("/uid"), CultureInfo.InvariantCulture);
        using var id = System.Diagnostics.Process.Start(new System.Diagnostics.ProcessStartInfo("id", "-u") { RedirectStandardOutput = true })!;
        Assert.Equal((await id.StandardOutput.ReadToEndAsync()).Trim(), uid.ToString(CultureInfo.InvariantCulture));
    }

    [Fact]
    public async Task Tcp_names_nobody()
    {
        await using var service = await TestService.StartAsync();
        Assert.Equal("nobody", await service.Client.GetStringAsync("/uid"));
    }
}
