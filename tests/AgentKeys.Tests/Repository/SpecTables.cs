using System.Text.RegularExpressions;
using AgentKeys.Protocol;
using Xunit;

namespace AgentKeys.Tests.Repository;

/// <summary>SPEC.md's tables and the code say the same.</summary>
public partial class SpecTables
{
    private static readonly string s_spec = File.ReadAllText(RepositoryRoot.File("src/AgentKeys.Protocol/SPEC.md"));

    [Fact]
    public void Refusals_of_section_9_are_the_codes_with_their_statuses()
    {
        var section = s_spec[s_spec.IndexOf("## 9. Refusals", StringComparison.Ordinal)..];
        var rows = RefusalRow().Matches(section).SelectMany(row =>
        {
            var statuses = row.Groups[1].Value.Split(',', StringSplitOptions.TrimEntries);
            // One group of codes for all statuses of a row, or one group a status.
            var groups = row.Groups[2].Value.Split(';', StringSplitOptions.TrimEntries);
            return groups.SelectMany((group, g) => group.Split(',', StringSplitOptions.TrimEntries)
                .Select((code, i) => (Code: code, Status: statuses[groups.Length == statuses.Length && groups.Length > 1 ? g : statuses.Length == 1 ? 0 : i])));
        }).ToDictionary(r => r.Code, r => int.Parse(r.Status, System.Globalization.CultureInfo.InvariantCulture));

        Assert.Equal(RefusalCodes.All.Select(c => c.Name()).Order(StringComparer.Ordinal), rows.Keys.Order(StringComparer.Ordinal));
        Assert.All(RefusalCodes.All, code => Assert.Equal(code.Status(), rows[code.Name()]));
    }

    [Fact]
    public void Names_of_codes_parse_back()
    {
        Assert.Equal("k3_epoch_mismatch", RefusalCode.K3EpochMismatch.Name());
        Assert.All(RefusalCodes.All, code => Assert.True(RefusalCodes.TryParse(code.Name(), out var back) && back == code));
    }

    [GeneratedRegex(@"^\| ([45]\d\d[\d, ]*) \| (.+) \|$", RegexOptions.Multiline)]
    private static partial Regex RefusalRow();
}
