using System.Text.Json.Nodes;
using AgentKeys.Hosting;
using AgentKeys.Protocol;
using AgentKeys.Services.Tests.Starting;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace AgentKeys.Services.Tests.Routes;

/// <summary>The committed documents are what the running services say of themselves; <c>./scripts/openapi</c> writes them.</summary>
public sealed class OpenApiTests
{
    [Fact]
    public async Task The_committed_documents_are_those_of_the_running_services()
    {
        await using var all = await AllServices.StartAsync();
        var files = Directory.EnumerateFiles(Path.Combine(GuardTests.Root, "docs", "openapi"), "*.json").Select(Path.GetFileNameWithoutExtension).Order(StringComparer.Ordinal);
        Assert.Equal(all.Services.Select(s => FileOf(s.Name)).Order(StringComparer.Ordinal), files);
        foreach (var (name, services) in all.Services)
        {
            var committed = await File.ReadAllTextAsync(Path.Combine(GuardTests.Root, "docs", "openapi", FileOf(name) + ".json"));
            Assert.True(Of(services) == committed, $"docs/openapi/{FileOf(name)}.json is not what the code says: run ./scripts/openapi");
        }
    }

    [Fact]
    public async Task The_program_prints_the_same()
    {
        using var folder = new ServiceFolder();
        foreach (var service in ServiceFolder.Services)
        {
            var said = await folder.RunAsync(service, null, "--openapi");
            Assert.Equal((0, ""), (said.ExitCode, said.Error));
            var file = service is "broker" or "signer" ? service : "worker-" + service;
            Assert.Equal(await File.ReadAllTextAsync(Path.Combine(GuardTests.Root, "docs", "openapi", file + ".json")), said.Output);
        }
    }

    /// <summary>What OpenAPI 3.1 wants of a document of ours, read from the text.</summary>
    [Fact]
    public async Task Every_route_has_its_guard_its_schemas_and_its_codes()
    {
        await using var all = await AllServices.StartAsync();
        foreach (var (name, services) in all.Services)
        {
            var text = Of(services);
            var document = JsonNode.Parse(text)!;
            Assert.Equal("3.1.0", document["openapi"]!.GetValue<string>());
            var paths = document["paths"]!.AsObject();
            var routes = all.Routes.Where(r => r.Service == name).ToList();
            Assert.Equal(routes.Select(r => r.Path).Order(StringComparer.Ordinal), paths.Select(p => p.Key));
            foreach (var route in routes)
            {
                var operation = paths[route.Path]![route.Method.ToLowerInvariant()]!;
                Assert.Equal(route.Guard!.Tier?.Name(), operation["x-agentkeys-tier"]?.GetValue<string>());
                Assert.Equal(route.Guard.MaxBodyBytes == 0 ? null : route.Guard.MaxBodyBytes, operation["requestBody"]?["x-agentkeys-max-bytes"]?.GetValue<int>());
                Assert.Equal(route.Guard.MaxBodyBytes > 0, operation["requestBody"]?["content"]?["application/json"]?["schema"] is not null);
                var responses = operation["responses"]!.AsObject();
                Assert.NotNull(responses["200"]!["content"]);
                foreach (var (status, response) in responses.Where(r => r.Key != "200" && r.Value!["content"]!["application/json"] is null))
                {
                    foreach (var code in response!["x-agentkeys-codes"]!.AsArray())
                    {
                        Assert.True(RefusalCodes.TryParse(code!.GetValue<string>(), out var known));
                        Assert.Equal(status, known.Status().ToString(System.Globalization.CultureInfo.InvariantCulture));
                    }
                }
            }
            foreach (var reference in References(document))
                Assert.NotNull(reference.Split('/').Skip(1).Aggregate(document, (at, part) => at![part]!));
            Assert.Equal(text, Of(services));
        }
    }

    /// <summary>The pages for people: every route and every code once, no more.</summary>
    [Fact]
    public async Task The_page_for_people_has_every_route_and_every_code_once()
    {
        await using var all = await AllServices.StartAsync();
        var lines = await File.ReadAllLinesAsync(Path.Combine(GuardTests.Root, "docs", "api.md"));
        var routes = lines.Where(l => l.StartsWith("| `GET /", StringComparison.Ordinal) || l.StartsWith("| `POST /", StringComparison.Ordinal)).Select(l => l.Split('`')[1]);
        Assert.Equal(all.Routes.Select(r => $"{r.Method} {r.Path}").Distinct().Order(StringComparer.Ordinal), routes.Order(StringComparer.Ordinal));
        var codes = lines.Where(l => l.StartsWith("| `", StringComparison.Ordinal) && l.Split('|') is [_, _, var status, ..] && int.TryParse(status.Trim(), out _)).Select(l => (l.Split('`')[1], l.Split('|')[2].Trim()));
        Assert.Equal(
            RefusalCodes.All.Select(c => (c.Name(), c.Status().ToString(System.Globalization.CultureInfo.InvariantCulture))).Order(),
            codes.Order());
    }

    private static string Of(IServiceProvider services) => OpenApiDocument.Of(services, services.GetServices<EndpointDataSource>());

    private static string FileOf(string service) => service.Replace(':', '-');

    private static IEnumerable<string> References(JsonNode? node) => node switch
    {
        JsonObject o => o.SelectMany(m => m.Key == "$ref" ? [m.Value!.GetValue<string>()] : References(m.Value)),
        JsonArray a => a.SelectMany(References),
        _ => [],
    };
}
