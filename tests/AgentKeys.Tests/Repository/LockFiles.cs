using Xunit;

namespace AgentKeys.Tests.Repository;

/// <summary>Lock files pin versions and hashes; where a package comes from is the reader's own configuration.</summary>
public class LockFiles
{
    [Fact]
    public void Of_NuGet_name_no_host()
    {
        var files = Directory.EnumerateFiles(RepositoryRoot.Path, "packages.lock.json", SearchOption.AllDirectories).ToList();
        Assert.True(files.Count > 15);
        Assert.All(files, file => Assert.DoesNotContain("://", File.ReadAllText(file), StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("contracts")]
    [InlineData("tests/differential")]
    [InlineData("harness/benchmarks/peers")]
    public void Of_npm_name_no_download_address(string folder) =>
        Assert.DoesNotContain("\"resolved\"", File.ReadAllText(RepositoryRoot.File($"{folder}/package-lock.json")), StringComparison.Ordinal);
}
