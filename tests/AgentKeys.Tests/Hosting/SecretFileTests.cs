#pragma warning disable CA1416 // file modes: these tests run on Linux and macOS
using AgentKeys.Hosting;
using AgentKeys.Testing.Storage;
using Xunit;

namespace AgentKeys.Tests.Hosting;

public sealed class SecretFileTests : IDisposable
{
    private const UnixFileMode Owner = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void What_was_created_is_read_and_never_overwritten()
    {
        Assert.True(SecretFile.TryCreate(_folder["key"], [1, 2, 3]));
        Assert.False(SecretFile.TryCreate(_folder["key"], [4]));
        Assert.Equal([1, 2, 3], SecretFile.Read(_folder["key"]));
        Assert.Equal(Owner, File.GetUnixFileMode(_folder["key"]));
        SecretFile.Replace(_folder["key"], [5]);
        Assert.Equal([5], SecretFile.Read(_folder["key"]));
        Assert.Equal(Owner, File.GetUnixFileMode(_folder["key"]));
        Assert.Single(Directory.GetFiles(_folder.Path));
    }

    [Theory]
    [InlineData(UnixFileMode.GroupRead)]
    [InlineData(UnixFileMode.GroupWrite)]
    [InlineData(UnixFileMode.OtherRead)]
    [InlineData(UnixFileMode.OtherWrite)]
    [InlineData(UnixFileMode.UserExecute)]
    public void Any_further_right_is_refused(UnixFileMode extra)
    {
        SecretFile.TryCreate(_folder["key"], [1]);
        File.SetUnixFileMode(_folder["key"], Owner | extra);
        Assert.Throws<UnauthorizedAccessException>(() => SecretFile.Read(_folder["key"]));
    }

    [Fact]
    public void A_symlink_is_refused_even_to_a_good_file()
    {
        SecretFile.TryCreate(_folder["key"], [1]);
        File.CreateSymbolicLink(_folder["link"], _folder["key"]);
        Assert.Throws<UnauthorizedAccessException>(() => SecretFile.Read(_folder["link"]));
        Assert.False(SecretFile.TryCreate(_folder["link"], [9]));
        Assert.Equal([1], SecretFile.Read(_folder["key"]));
    }

    [Fact]
    public void A_pipe_is_refused_and_not_waited_for()
    {
        System.Diagnostics.Process.Start("mkfifo", ["-m", "600", _folder["pipe"]]).WaitForExit();
        Assert.Throws<UnauthorizedAccessException>(() => SecretFile.Read(_folder["pipe"]));
    }

    [Fact]
    public void Missing_and_oversized_have_their_own_answers()
    {
        Assert.Throws<FileNotFoundException>(() => SecretFile.Read(_folder["none"]));
        SecretFile.TryCreate(_folder["key"], new byte[SecretFile.MaxLength + 1]);
        Assert.Throws<InvalidDataException>(() => SecretFile.Read(_folder["key"]));
    }

    [Fact]
    public void A_folder_is_made_for_the_owner_alone()
    {
        SecretFile.EnsureFolder(_folder["a/b"]);
        Assert.Equal(Owner | UnixFileMode.UserExecute, File.GetUnixFileMode(_folder["a/b"]));
        Directory.CreateSymbolicLink(_folder["link"], _folder["a"]);
        Assert.Throws<UnauthorizedAccessException>(() => SecretFile.EnsureFolder(_folder["link"]));
        Directory.CreateSymbolicLink(_folder["dangling"], _folder["nowhere"]);
        Assert.Throws<UnauthorizedAccessException>(() => SecretFile.EnsureFolder(_folder["dangling"]));
    }
}
