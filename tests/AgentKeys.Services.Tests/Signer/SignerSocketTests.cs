#pragma warning disable CA1416 // file modes: the services run on Linux and macOS
using System.Net.Sockets;
using AgentKeys.Services.Tests.Worker;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Xunit;

namespace AgentKeys.Services.Tests.Signer;

/// <summary>Who can connect to the signer at all, and that being able to connect is not being served.</summary>
public class SignerSocketTests
{
    private const UnixFileMode Mode0755 = (UnixFileMode)0b111_101_101;
    private const UnixFileMode Mode0710 = (UnixFileMode)0b111_001_000;
    private const UnixFileMode Mode0700 = (UnixFileMode)0b111_000_000;
    private const UnixFileMode Mode0600 = (UnixFileMode)0b110_000_000;
    private const string Alive = "GET /healthz HTTP/1.1\r\nHost: signer\r\nConnection: close\r\n\r\n";

    [SecondUserFact]
    public async Task A_real_process_of_another_user_is_unauthorized()
    {
        await using var stack = await StartAsync(OtherUser.Group);
        var request = GenerateRequest(stack);
        Assert.Contains("\"unauthorized\"", await OtherUser.AskAsync(stack, request, OtherUser.Stranger, OtherUser.Group), StringComparison.Ordinal);
        Assert.Contains("data_key", await OtherUser.AskAsync(stack, request, OtherUser.Worker, OtherUser.Group), StringComparison.Ordinal);
    }

    /// <summary>Not even as the user that the signer would serve: its group is missing.</summary>
    [SecondUserFact]
    public async Task A_real_process_outside_the_group_cannot_even_connect()
    {
        await using var stack = await StartAsync(OtherUser.Group);
        Assert.Equal(OtherUser.CannotConnect, (await OtherUser.AskAsync(stack, Alive, OtherUser.Stranger, null)).Trim());
        Assert.Equal(OtherUser.CannotConnect, (await OtherUser.AskAsync(stack, Alive, OtherUser.Worker, null)).Trim());
    }

    /// <summary>Folder and socket each keep strangers out, so that one set wrongly by hand is not everything.</summary>
    [SecondUserFact]
    public async Task The_group_gets_the_folder_and_the_socket_and_the_others_nothing()
    {
        await using var stack = await StartAsync(OtherUser.Group);
        Assert.Equal($"710 {OtherUser.Group}", await OtherUser.RightsAsync(stack.Folder["run"]));
        Assert.Equal($"660 {OtherUser.Group}", await OtherUser.RightsAsync(stack.SocketPath));
        File.SetUnixFileMode(stack.Folder["run"], Mode0755);
        Assert.Equal(OtherUser.CannotConnect, (await OtherUser.AskAsync(stack, Alive, OtherUser.Stranger, null)).Trim());
    }

    [SecondUserFact]
    public async Task Without_a_group_no_other_user_can_connect()
    {
        await using var stack = await StartAsync(null);
        Assert.Equal(OtherUser.CannotConnect, (await OtherUser.AskAsync(stack, Alive, OtherUser.Worker, OtherUser.Group)).Trim());
        File.SetUnixFileMode(stack.Folder["run"], Mode0755);
        Assert.Equal(OtherUser.CannotConnect, (await OtherUser.AskAsync(stack, Alive, OtherUser.Worker, OtherUser.Group)).Trim());
    }

    /// <summary>Also in a folder that was open before.</summary>
    [Fact]
    public async Task Without_a_group_folder_and_socket_are_the_users_alone()
    {
        await using var stack = await VaultStack.StartAsync();
        await stack.StopSignerAsync();
        File.SetUnixFileMode(stack.Folder["run"], Mode0755);
        await stack.StartSignerAsync();
        Assert.Equal(Mode0700, File.GetUnixFileMode(stack.Folder["run"]));
        Assert.Equal(Mode0600, File.GetUnixFileMode(stack.SocketPath));
    }

    /// <summary>At the moment before Kestrel listens all rights are as they stay, and a connection is refused.</summary>
    [SecondUserFact]
    public async Task The_rights_are_set_before_anybody_can_connect()
    {
        List<string> seen = [];
        await using var stack = await StartAsync(OtherUser.Group, (path, services) => services.PostConfigure<SocketTransportOptions>(transport =>
        {
            var bind = transport.CreateBoundListenSocket;
            transport.CreateBoundListenSocket = endpoint =>
            {
                var socket = bind(endpoint);
                using var early = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                seen.Add(Assert.Throws<SocketException>(() => early.Connect(endpoint)).SocketErrorCode.ToString());
                seen.Add(OtherUser.RightsAsync(path()).GetAwaiter().GetResult());
                return socket;
            };
        }));
        Assert.Equal(["ConnectionRefused", $"660 {OtherUser.Group}"], seen);
    }

    /// <summary>As on a host: signer and worker are two users, neither is root, and the group is all that they share.</summary>
    [SecondUserFact]
    public async Task A_signer_of_its_own_user_is_reached_by_a_worker_of_another()
    {
        await using var stack = await StoppedAsync();
        using var signer = OtherUser.StartSigner(stack, OtherUser.Group);
        try
        {
            await UntilListeningAsync(stack.SocketPath);
            Assert.Contains("200 OK", await OtherUser.AskAsync(stack, Alive, OtherUser.Worker, OtherUser.Group), StringComparison.Ordinal);
            Assert.Equal(OtherUser.CannotConnect, (await OtherUser.AskAsync(stack, Alive, OtherUser.Worker, null)).Trim());
            var key = Assert.Single(Directory.GetFiles(stack.RingDir));
            Assert.True(await OtherUser.CanReadAsync(key, OtherUser.Signer));
            Assert.False(await OtherUser.CanReadAsync(key, OtherUser.Worker));
        }
        finally
        {
            signer.Kill();
            await signer.WaitForExitAsync();
        }
    }

    [SecondUserFact]
    public async Task A_group_that_the_signer_is_no_member_of_ends_the_process_with_one_line()
    {
        await using var stack = await StoppedAsync();
        using var signer = OtherUser.StartSigner(stack, group: null);
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        var errors = signer.StandardError.ReadToEndAsync(limit.Token);
        _ = await signer.StandardOutput.ReadToEndAsync(limit.Token);
        await signer.WaitForExitAsync(limit.Token);

        Assert.Equal(78, signer.ExitCode);
        var line = Assert.Single((await errors).Split('\n', StringSplitOptions.RemoveEmptyEntries), l => !l.StartsWith('{'));
        Assert.StartsWith("agentkeys: error: AgentKeys:Signer:SocketGroup (environment: AgentKeys__Signer__SocketGroup): the id of a group that the signer's user is a member of", line, StringComparison.Ordinal);
        Assert.False(File.Exists(stack.SocketPath));
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(uint.MaxValue)]
    public async Task A_number_that_is_no_groups_is_a_wrong_setting(long group)
    {
        await using var stack = new VaultStack { SocketGroup = group };
        var wrong = await Assert.ThrowsAsync<OptionsValidationException>(stack.InitializeAsync);
        Assert.Contains("AgentKeys:Signer:SocketGroup", Assert.Single(wrong.Failures), StringComparison.Ordinal);
    }

    /// <summary>/run as the socket's folder would otherwise be closed to everybody else on the host.</summary>
    [Fact]
    public async Task A_folder_that_holds_other_things_is_left_as_it_is()
    {
        await using var stack = await VaultStack.StartAsync();
        await stack.StopSignerAsync();
        await File.WriteAllTextAsync(Path.Combine(stack.Folder["run"], "other.pid"), "1");
        File.SetUnixFileMode(stack.Folder["run"], Mode0755);
        var refused = await Assert.ThrowsAsync<IOException>(stack.StartSignerAsync);
        Assert.Contains("a folder of its own", refused.Message, StringComparison.Ordinal);
        Assert.Equal(Mode0755, File.GetUnixFileMode(stack.Folder["run"]));
    }

    /// <summary>Started twice by mistake: the first one's workers still reach it.</summary>
    [Fact]
    public async Task A_socket_that_somebody_listens_on_is_left_as_it_is()
    {
        await using var stack = await VaultStack.StartAsync();
        await stack.StopSignerAsync();
        using var other = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        other.Bind(new UnixDomainSocketEndPoint(stack.SocketPath));
        other.Listen();
        File.SetUnixFileMode(stack.Folder["run"], Mode0710);
        var refused = await Assert.ThrowsAsync<IOException>(stack.StartSignerAsync);
        Assert.Equal($"Another process listens on {stack.SocketPath}.", refused.Message);
        Assert.Equal(Mode0710, File.GetUnixFileMode(stack.Folder["run"]));
    }

    /// <summary>The peer is <see cref="OtherUser.Worker"/>. The folder above the socket's is anybody's to pass, as /run is.</summary>
    private static async Task<VaultStack> StartAsync(long? group, Action<Func<string>, IServiceCollection>? bend = null)
    {
        VaultStack? stack = null;
        stack = new VaultStack { PeerUid = OtherUser.Worker, SocketGroup = group, BendSigner = services => bend?.Invoke(() => stack!.SocketPath, services) };
        File.SetUnixFileMode(stack.Folder.Path, Mode0755);
        await stack.InitializeAsync();
        return stack;
    }

    /// <summary>All of it belongs to <see cref="OtherUser.Signer"/>, and nothing runs.</summary>
    private static async Task<VaultStack> StoppedAsync()
    {
        var stack = await StartAsync(OtherUser.Group);
        await stack.StopWorkerAsync();
        await stack.StopSignerAsync();
        await OtherUser.GiveAllAsync(stack.Folder.Path, OtherUser.Signer);
        return stack;
    }

    private static async Task UntilListeningAsync(string path)
    {
        for (var tries = 0; ; tries++)
        {
            try
            {
                using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                await socket.ConnectAsync(new UnixDomainSocketEndPoint(path));
                return;
            }
            catch (SocketException) when (tries < 300)
            {
                await Task.Delay(100);
            }
        }
    }

    private static string GenerateRequest(VaultStack stack)
    {
        var wire = stack.StoreCall([1]).Build();
        return $"POST /v1/keys/generate HTTP/1.1\r\nHost: signer\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: 2\r\n"
            + $"Authorization: {wire.Headers["Authorization"]}\r\nDPoP: {wire.Headers["DPoP"]}\r\n\r\n{{}}";
    }
}
