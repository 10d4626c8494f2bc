using AgentKeys.Protocol;
using AgentKeys.Testing.WebAuthn;
using Xunit;

namespace AgentKeys.Tests.WebAuthn;

public sealed class AuthenticatorFileTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("agentkeys-").FullName;

    private string Path => System.IO.Path.Combine(_folder, "passkey.json");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_saved_passkey_is_the_same_one_afterwards()
    {
        using var before = SoftwareAuthenticator.New("localhost");
        before.Assert(default, "http://localhost:1");
        AuthenticatorFile.Save(before, Path);
        using var after = AuthenticatorFile.Load(Path);

        Assert.Equal(before.ToPasskey(null), after.ToPasskey(null));
        var assertion = after.Assert(default, "http://localhost:1");
        Assert.Equal(AssertionFault.None, AssertionVerifier.Verify(default, before.ToPasskey(null), assertion));
        Assert.Equal(2u, AssertionVerifier.SignCount(assertion));
    }

    [Fact]
    public void Only_its_owner_reads_the_file()
    {
        using var authenticator = SoftwareAuthenticator.New("localhost");
        AuthenticatorFile.Save(authenticator, Path);
        AuthenticatorFile.Save(authenticator, Path);
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path));
        Assert.Equal([Path], Directory.GetFiles(_folder));
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("""{"RpId":"localhost","CredentialId":"00","PrivateKey":"zz","SignCount":0}""")]
    [InlineData("""{"RpId":"localhost","CredentialId":"00","PrivateKey":"","SignCount":0}""")]
    public void Another_file_is_said_to_be_one(string content)
    {
        File.WriteAllText(Path, content);
        Assert.Throws<FormatException>(() => AuthenticatorFile.Load(Path));
    }
}
