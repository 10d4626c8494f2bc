using System.Text.RegularExpressions;
using Xunit;

namespace AgentKeys.Tests.Repository;

/// <summary>Every "cannot" of docs/threat-model.md names tests that exist.</summary>
public partial class ThreatModel
{
    [Fact]
    public void Names_tests_that_exist()
    {
        var sources = string.Concat(
            new[] { "tests", "contracts/test" }.SelectMany(folder => Directory.EnumerateFiles(RepositoryRoot.File(folder), "*", SearchOption.AllDirectories))
                .Where(f => f.EndsWith(".cs", StringComparison.Ordinal) || f.EndsWith(".t.sol", StringComparison.Ordinal))
                .Select(File.ReadAllText));
        var named = TestName().Matches(File.ReadAllText(RepositoryRoot.File("docs/threat-model.md"))).Select(m => m.Groups[1].Value).ToList();
        Assert.True(named.Count > 40);
        Assert.All(named, name => Assert.True(sources.Contains($" {name}(", StringComparison.Ordinal), name));
    }

    [GeneratedRegex("`([A-Za-z]+_[A-Za-z_0-9]+)`")]
    private static partial Regex TestName();
}
