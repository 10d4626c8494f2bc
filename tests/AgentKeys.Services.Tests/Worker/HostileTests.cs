using System.Diagnostics;
using Xunit;

namespace AgentKeys.Services.Tests.Worker;

/// <summary>Clients that send what no parser likes, and a hand in the store's folder: every one gets a code, none breaks anything else.</summary>
public sealed class HostileTests : IAsyncLifetime
{
    private readonly VaultStack _stack = new();

    public Task InitializeAsync() => _stack.InitializeAsync();

    public async Task DisposeAsync() => await _stack.DisposeAsync();

    [Theory]
    [InlineData("pipe")]
    [InlineData("folder")]
    public async Task What_is_no_file_in_an_objects_place_is_store_unavailable(string what)
    {
        Assert.Equal("ok", (await _stack.StoreAsync([1])).Code);
        File.Delete(_stack.ObjectPath);
        if (what == "pipe")
            await MakePipeAsync(_stack.ObjectPath);
        else
            Directory.CreateDirectory(_stack.ObjectPath);
        Assert.Equal("store_unavailable", (await _stack.FetchAsync()).Code);
        Assert.Equal("store_unavailable", (await _stack.StoreAsync([2])).Code);
    }

    private static async Task MakePipeAsync(string path)
    {
        using var mkfifo = Process.Start("mkfifo", [path]);
        await mkfifo.WaitForExitAsync();
        Assert.Equal(0, mkfifo.ExitCode);
    }
}
