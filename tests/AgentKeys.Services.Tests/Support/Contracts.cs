using System.Text.Json;
using AgentKeys.Hosting;
using AgentKeys.Protocol;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace AgentKeys.Services.Tests.Support;

/// <summary>
/// Every answer that any test of this assembly gets is held against what its route says of itself: a code that is not in the OpenAPI document,
/// or an answer of another shape, fails the test that met it.
/// </summary>
internal static class Contracts
{
    public static void Hold(IServiceProvider services, string path, int status, string text)
    {
        var endpoint = services.GetServices<EndpointDataSource>().SelectMany(s => s.Endpoints).OfType<RouteEndpoint>().SingleOrDefault(e => e.RoutePattern.RawText == path);
        if (endpoint is null || endpoint.Metadata.GetMetadata<RouteContract>() is not { } contract)
            return;
        if (status == 200)
        {
            if (contract.Answer is { } answer)
                HoldShape(JsonDocument.Parse(text).RootElement, JsonDocument.Parse(WireSchema.Of(answer).ToJsonString()).RootElement, path);
            return;
        }
        if (status == 405 || path == "/readyz")
            return; // of another method, or the same body with 503
        Assert.True(RefusalCodes.TryParse(JsonDocument.Parse(text).RootElement.GetProperty("code").GetString(), out var code), text);
        Assert.True(contract.AllCodes(endpoint.Metadata.GetRequiredMetadata<RouteGuard>()).Contains(code), $"{path} answers {code.Name()} and does not say that it may");
    }

    /// <summary>The members that it must have, none that it may not, of their types.</summary>
    private static void HoldShape(JsonElement value, JsonElement shape, string at)
    {
        if (shape.ValueKind != JsonValueKind.Object || !shape.TryGetProperty("type", out var type))
            return;
        Assert.True(
            type.GetString() switch
            {
                "object" => value.ValueKind == JsonValueKind.Object,
                "array" => value.ValueKind == JsonValueKind.Array,
                "string" => value.ValueKind == JsonValueKind.String,
                "integer" => value.ValueKind == JsonValueKind.Number && value.TryGetDecimal(out var number) && number == decimal.Truncate(number),
                "boolean" => value.ValueKind is JsonValueKind.True or JsonValueKind.False,
                _ => false,
            },
            $"{at} is no {type.GetString()}: {value.ValueKind}");
        if (value.ValueKind == JsonValueKind.Array)
        {
            foreach (var item in value.EnumerateArray())
                HoldShape(item, shape.GetProperty("items"), at + "[]");
        }
        if (value.ValueKind != JsonValueKind.Object)
            return;
        var members = shape.TryGetProperty("properties", out var properties) ? properties : default;
        if (shape.TryGetProperty("required", out var required))
            Assert.All(required.EnumerateArray(), r => Assert.True(value.TryGetProperty(r.GetString()!, out _), $"{at} lacks {r}"));
        foreach (var member in value.EnumerateObject())
        {
            if (members.ValueKind == JsonValueKind.Object && members.TryGetProperty(member.Name, out var known))
                HoldShape(member.Value, known, $"{at}.{member.Name}");
            else
                Assert.True(shape.TryGetProperty("additionalProperties", out var more) && more.ValueKind != JsonValueKind.False, $"{at} has {member.Name}, which its document does not know");
        }
    }
}
