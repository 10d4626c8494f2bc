using System.Text.Json;
using AgentKeys.Testing.Processes;

namespace AgentKeys.Testing.Wire;

/// <summary>An answer, whole.</summary>
public sealed record RawAnswer(int Status, string Text)
{
    public const string Ok = "ok";

    /// <summary>The refusal's code; <see cref="Ok"/> for a 2xx; the status alone for what is no answer of the protocol.</summary>
    public string Code => Status / 100 == 2 ? Ok : TryRead("code") ?? "status " + Status.ToString(System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>A member of an answer that has to be there.</summary>
    public string this[string member] => TryRead(member) ?? throw new UnexpectedOutcomeException($"an answer without {member}: {Code}");

    private string? TryRead(string member)
    {
        try
        {
            using var document = JsonDocument.Parse(Text);
            return document.RootElement.ValueKind == JsonValueKind.Object && document.RootElement.TryGetProperty(member, out var value) ? value.ToString() : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
