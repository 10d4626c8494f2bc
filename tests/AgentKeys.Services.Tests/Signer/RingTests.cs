using AgentKeys.Services.Tests.Worker;
using AgentKeys.Signer;
using AgentKeys.Testing.Storage;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace AgentKeys.Services.Tests.Signer;

/// <summary>Key files: what is taken, what is refused, and that nothing is ever overwritten.</summary>
public sealed class RingTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string Ring => _folder["ring"];
    private string First => Path.Combine(Ring, "k3-1.key");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Epoch_add_makes_the_next_file_readable_by_its_owner_only()
    {
        Assert.Equal((0, 0), (Add(), Add()));
        Assert.Equal(["k3-1.key", "k3-2.key"], Directory.EnumerateFiles(Ring).Select(Path.GetFileName).Order());
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(First));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(Ring));
        using var ring = Open();
        Assert.Equal([1ul, 2ul], ring.Epochs);
        Assert.NotEqual(ring.Find(1)!.AsSpan().ToArray(), ring.Find(2)!.AsSpan().ToArray());
    }

    [Fact]
    public void Epoch_add_prints_the_key_id_and_never_the_key()
    {
        var output = new StringWriter();
        Assert.Equal(0, EpochCommand.Run(["epoch", "add", "--ring", Ring, "--epoch", "7"], output, output));
        using var ring = Open();
        Assert.Equal($$"""{"epoch":7,"key_id":"{{ring.Find(7)!.Id}}"}""", output.ToString().Trim());
    }

    /// <summary>As when it cannot be read: who runs keeps the keys that are loaded, and readiness says what is wrong under the ring's name.</summary>
    [Fact]
    public async Task A_ring_whose_folder_is_gone_serves_what_is_loaded_and_is_not_ready()
    {
        await using var stack = await VaultStack.StartAsync();
        using var signer = stack.SignerHttp();
        Directory.Move(stack.RingDir, stack.RingDir + ".away");
        Assert.Equal("ok", (await stack.StoreAsync([1])).Code);
        Assert.Equal([1], (await stack.FetchAsync()).Plaintext);
        using (var answer = await signer.GetAsync(new Uri("/readyz", UriKind.Relative)))
        {
            Assert.Equal(503, (int)answer.StatusCode);
            Assert.Contains("\"name\":\"ring\",\"ok\":false", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        }
        Directory.Move(stack.RingDir + ".away", stack.RingDir);
        using var again = await signer.GetAsync(new Uri("/readyz", UriKind.Relative));
        Assert.Equal(200, (int)again.StatusCode);
    }

    [Fact]
    public void Epoch_add_never_overwrites()
    {
        Add();
        var before = File.ReadAllBytes(First);
        var errors = new StringWriter();
        Assert.Equal(1, EpochCommand.Run(["epoch", "add", "--ring", Ring, "--epoch", "1"], TextWriter.Null, errors));
        Assert.Contains("never overwritten", errors.ToString(), StringComparison.Ordinal);
        Assert.Equal(before, File.ReadAllBytes(First));
    }

    [Theory]
    [InlineData("epoch")]
    [InlineData("epoch add")]
    [InlineData("epoch add --ring")]
    [InlineData("epoch add --ring x --epoch 0")]
    [InlineData("epoch add --ring x --epoch -1")]
    [InlineData("epoch add --ring x --ring y")]
    [InlineData("epoch remove --ring x")]
    public void Other_arguments_are_a_usage_error(string args) => Assert.Equal(2, EpochCommand.Run(args.Split(' '), TextWriter.Null, TextWriter.Null));

    [Fact]
    public void A_new_file_is_taken_up_when_first_asked_for_and_stays_as_it_was()
    {
        Add();
        using var ring = Open();
        Assert.Null(ring.Find(2));
        Add();
        var id = ring.Find(2)!.Id;
        File.Delete(Path.Combine(Ring, "k3-2.key"));
        Add();
        Assert.Equal(id, ring.Find(2)!.Id);
    }

    [Theory]
    [InlineData("group may read")]
    [InlineData("others may read")]
    [InlineData("a symbolic link")]
    [InlineData("cut")]
    [InlineData("longer")]
    [InlineData("another purpose")]
    [InlineData("a flipped secret bit")]
    [InlineData("a flipped key id bit")]
    [InlineData("another epoch's")]
    [InlineData("the folder may be written by others")]
    public void A_file_that_is_not_right_is_refused_at_start_and_while_running(string wrong)
    {
        Add();
        using (var running = Open())
        {
            Add();
            Spoil(Path.Combine(Ring, "k3-2.key"), wrong);
            Assert.Null(running.Find(2));
            Assert.NotNull(running.Find(1));
        }
        var error = Assert.Throws<RingException>(Open);
        Assert.Contains(Ring, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_empty_or_missing_ring_does_not_start()
    {
        Assert.Throws<RingException>(Open);
        Directory.CreateDirectory(Ring);
        Assert.Throws<RingException>(Open);
        Assert.Empty(Directory.EnumerateFiles(Ring));
    }

    [Fact]
    public void A_disposed_key_is_gone()
    {
        var key = RingKey.Generate(1);
        key.Dispose();
        Assert.Throws<ObjectDisposedException>(() => key.AsSpan().ToArray());
        Assert.Equal("K3 of epoch 1", key.ToString());
    }

    private int Add() => EpochCommand.Run(["epoch", "add", "--ring", Ring], TextWriter.Null, TextWriter.Null);

    private KeyRing Open() => new(Ring, NullLogger<KeyRing>.Instance);

    private void Spoil(string path, string wrong)
    {
        switch (wrong)
        {
            case "group may read":
                File.SetUnixFileMode(path, File.GetUnixFileMode(path) | UnixFileMode.GroupRead);
                break;
            case "others may read":
                File.SetUnixFileMode(path, File.GetUnixFileMode(path) | UnixFileMode.OtherRead);
                break;
            case "a symbolic link":
                File.Move(path, _folder["elsewhere"]);
                File.CreateSymbolicLink(path, _folder["elsewhere"]);
                break;
            case "cut":
                Rewrite(path, b => b[..63]);
                break;
            case "longer":
                Rewrite(path, b => [.. b, 0]);
                break;
            case "another purpose":
                Rewrite(path, b => [.. "agentkeys:k1:v1\n"u8, .. b[16..]]);
                break;
            case "a flipped secret bit":
                Rewrite(path, b => [.. b[..63], (byte)(b[63] ^ 1)]);
                break;
            case "a flipped key id bit":
                Rewrite(path, b => [.. b[..24], (byte)(b[24] ^ 1), .. b[25..]]);
                break;
            case "another epoch's":
                File.Copy(First, path, overwrite: true);
                break;
            default:
                File.SetUnixFileMode(Ring, File.GetUnixFileMode(Ring) | UnixFileMode.OtherWrite);
                break;
        }
    }

    private static void Rewrite(string path, Func<byte[], byte[]> change)
    {
        var bytes = change(File.ReadAllBytes(path));
        using var file = new FileStream(path, FileMode.Truncate);
        file.Write(bytes);
    }
}
