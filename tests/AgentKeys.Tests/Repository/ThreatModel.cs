using System.Text.RegularExpressions;
using Xunit;

namespace AgentKeys.Tests.Repository;

/// <summary>Every "cannot" of docs/threat-model.md, and every old mistake of docs/lineage.md, names tests that exist.</summary>
public partial class ThreatModel
{
    [Theory]
    [InlineData("docs/threat-model.md", 40)]
    [InlineData("docs/lineage.md", 25)]
    public void Names_tests_that_exist(string page, int atLeast)
    {
        var sources = string.Concat(
            new[] { "tests", "contracts/test" }.SelectMany(folder => Directory.EnumerateFiles(RepositoryRoot.File(folder), "*", SearchOption.AllDirectories))
                .Where(f => f.EndsWith(".cs", StringComparison.Ordinal) || f.EndsWith(".t.sol", StringComparison.Ordinal))
                .Select(File.ReadAllText));
        var named = TestName().Matches(File.ReadAllText(RepositoryRoot.File(page))).Select(m => m.Groups[1].Value).ToList();
        Assert.True(named.Count > atLeast);
        Assert.All(named, name => Assert.True(sources.Contains($" {name}(", StringComparison.Ordinal), name));
    }

    [GeneratedRegex("`((?:[A-Z]|test|invariant)[A-Za-z]*_[A-Za-z_0-9]+)`")]
    private static partial Regex TestName();
}
