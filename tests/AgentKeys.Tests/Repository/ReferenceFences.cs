using System.Xml.Linq;
using Xunit;

namespace AgentKeys.Tests.Repository;

/// <summary>
/// Who may reference whom. The compiler enforces it (transitive references are off); this table says it, and fails when somebody
/// adds a reference that the architecture does not have.
/// </summary>
public class ReferenceFences
{
    private static readonly Dictionary<string, string[]> s_allowed = new()
    {
        ["Ethereum"] = [],
        ["Protocol"] = ["Ethereum"],
        ["Chain"] = ["Ethereum", "Protocol"],
        ["Storage"] = ["Protocol"],
        ["Audit"] = ["Protocol"],
        ["Hosting"] = ["Protocol"],
        ["Verification"] = ["Chain", "Protocol"],
        ["Client"] = ["Ethereum", "Protocol"],
        ["Broker"] = ["Audit", "Hosting", "Protocol", "Verification"],
        ["Signer"] = ["Audit", "Hosting", "Protocol", "Verification"],
        ["Worker"] = ["Audit", "Hosting", "Protocol", "Storage", "Verification"],
        ["Cli"] = ["Chain", "Client", "Ethereum", "Hosting", "Protocol"],
    };

    [Fact]
    public void Every_project_references_exactly_what_the_table_allows()
    {
        var actual = RepositoryRoot.Projects("src").ToDictionary(
            p => Short(Path.GetFileNameWithoutExtension(p)),
            p => XDocument.Load(p).Descendants("ProjectReference")
                .Select(r => Short(Path.GetFileNameWithoutExtension(r.Attribute("Include")!.Value.Replace('\\', '/'))))
                .Order(StringComparer.Ordinal).ToArray());

        Assert.Equal(s_allowed.Keys.Order(StringComparer.Ordinal), actual.Keys.Order(StringComparer.Ordinal));
        Assert.All(s_allowed, row => Assert.Equal(row.Value, actual[row.Key]));
    }

    [Fact]
    public void Transitive_references_stay_off_everywhere()
    {
        var props = XDocument.Load(RepositoryRoot.File("Directory.Build.props"));
        Assert.Equal("true", props.Descendants("DisableTransitiveProjectReferences").Single().Value);
        var overrides = RepositoryRoot.Projects("src").Concat(RepositoryRoot.Projects("tests")).Concat(RepositoryRoot.Projects("harness"))
            .Where(p => File.ReadAllText(p).Contains("DisableTransitiveProjectReferences", StringComparison.Ordinal));
        Assert.Empty(overrides);
    }

    private static string Short(string project) => project.Replace("AgentKeys.", "", StringComparison.Ordinal);
}
