using System.Formats.Tar;
using System.IO.Compression;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text.Json;
using AgentKeys.EndToEnd.Tests.Stack;
using AgentKeys.Testing.Processes;
using Xunit;

namespace AgentKeys.EndToEnd.Tests.Packages;

/// <summary>What <c>scripts/pack</c> makes, used as those use it who have no clone.</summary>
public sealed class PackedProducts
{
    private static readonly TimeSpan s_build = TimeSpan.FromMinutes(8);

    [Fact]
    public async Task The_tool_installs_and_a_program_builds_on_the_client()
    {
        using var folder = new StackFolder("packages");
        await PackAsync(folder, "packages", "--no-build");
        // Packages of the same version, from other builds, may be in the usual folder.
        var environment = new Dictionary<string, string> { ["NUGET_PACKAGES"] = Path.Combine(folder.Path, "nuget"), ["DOTNET_CLI_HOME"] = folder.Path };
        var source = Path.Combine(folder.Path, "artifacts");
        StandApart(folder.Path);

        await OkAsync(folder, environment, "dotnet", "tool", "install", "AgentKeys.Cli", "--tool-path", Path.Combine(folder.Path, "tools"), "--source", source);
        var version = await OkAsync(folder, environment, Path.Combine(folder.Path, "tools", "agentkeys"), "--version");
        Assert.StartsWith("0.1.0", version, StringComparison.Ordinal);

        var program = Directory.CreateDirectory(Path.Combine(folder.Path, "program")).FullName;
        File.Copy(Path.Combine(folder.Programs.Root, "docs/samples/fetch/Program.cs"), Path.Combine(program, "Program.cs"));
        var project = await File.ReadAllTextAsync(Path.Combine(folder.Programs.Root, "docs/samples/fetch/Fetch.csproj"));
        Assert.Contains("""<PackageReference Include="AgentKeys.Client" Version="0.1.0" />""", project, StringComparison.Ordinal);
        await File.WriteAllTextAsync(
            Path.Combine(program, "fetch.csproj"),
            """
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <OutputType>Exe</OutputType>
                <TargetFramework>net10.0</TargetFramework>
                <ImplicitUsings>enable</ImplicitUsings>
                <NuGetAudit>false</NuGetAudit>
              </PropertyGroup>
              <ItemGroup>
                <PackageReference Include="AgentKeys.Client" Version="0.1.0" />
              </ItemGroup>
            </Project>
            """);
        await OkAsync(folder, environment, "dotnet", "build", program, "--source", source, "-nologo", "-v", "quiet");
        var usage = await Command.RunAsync("dotnet", [Path.Combine(program, "bin/Debug/net10.0/fetch.dll")], folder.Path, CancellationToken.None, environment);
        Assert.Equal((2, "usage: fetch NAME\n"), (usage.ExitCode, usage.Error));
    }

    [Fact]
    public async Task Services_run_with_a_runtime_of_their_own_and_images_are_built_without_a_daemon()
    {
        using var folder = new StackFolder("programs");
        await PackAsync(folder, "services");
        var programs = Path.Combine(folder.Path, "artifacts", Assert.Single(Directory.GetDirectories(Path.Combine(folder.Path, "artifacts")), d => d.Contains('-', StringComparison.Ordinal)));
        foreach (var (name, program) in (Dictionary<string, string>)new() { ["broker"] = "AgentKeys.Broker", ["worker"] = "AgentKeys.Worker", ["signer"] = "AgentKeys.Signer" })
        {
            // No .NET on its way: the runtime is in the folder. Without settings it says which, and ends.
            var ended = await Command.RunAsync(Path.Combine(programs, name, program), name == "worker" ? ["--role", "credentials"] : [], folder.Path, CancellationToken.None, new Dictionary<string, string> { ["DOTNET_ROOT"] = "/nonexistent", ["PATH"] = "/usr/bin:/bin" });
            Assert.NotEqual(0, ended.ExitCode);
            Assert.Contains("AgentKeys:", ended.Error + ended.Output, StringComparison.Ordinal);
        }

        await using var registry = new LoopbackRegistry(FreePort(), RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? "arm64" : "amd64");
        var environment = new Dictionary<string, string> { ["DOTNET_CONTAINER_INSECURE_REGISTRIES"] = registry.Address };
        await PackAsync(folder, environment, "images", "--base", $"{registry.Address}/base:latest");
        foreach (var name in (string[])["broker", "worker", "signer"])
            await IsImageAsync(Path.Combine(folder.Path, "artifacts", $"agentkeys-{name}.tar"), "AgentKeys." + char.ToUpperInvariant(name[0]) + name[1..]);
    }

    /// <summary>A tarball as <c>docker load</c> takes it: its program starts as nobody in particular, and is in a layer.</summary>
    private static async Task IsImageAsync(string tarball, string program)
    {
        var files = await EntriesAsync(await File.ReadAllBytesAsync(tarball));
        using var manifest = JsonDocument.Parse(files["manifest.json"]);
        var image = manifest.RootElement[0];
        using var config = JsonDocument.Parse(files[image.GetProperty("Config").GetString()!]);
        var run = config.RootElement.GetProperty("config");
        Assert.Equal("1654", run.GetProperty("User").GetString());
        var entry = string.Join(' ', run.GetProperty("Entrypoint").EnumerateArray().Select(e => e.GetString()));
        Assert.Equal($"/app/{program}", entry);
        var layers = new HashSet<string>(StringComparer.Ordinal);
        foreach (var layer in image.GetProperty("Layers").EnumerateArray())
            layers.UnionWith((await EntriesAsync(files[layer.GetString()!])).Keys);
        Assert.Contains($"app/{program}", layers.Select(l => l.TrimStart('.', '/')));
    }

    /// <summary>Of a tarball, compressed or not.</summary>
    private static async Task<Dictionary<string, byte[]>> EntriesAsync(byte[] tarball)
    {
        var entries = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        await using Stream unpacked = tarball is [0x1f, 0x8b, ..] ? new GZipStream(new MemoryStream(tarball), CompressionMode.Decompress) : new MemoryStream(tarball);
        await using var tar = new TarReader(unpacked);
        while (await tar.GetNextEntryAsync(copyData: true) is { } entry)
        {
            using var bytes = new MemoryStream();
            if (entry.DataStream is { } data)
                await data.CopyToAsync(bytes);
            entries[entry.Name] = bytes.ToArray();
        }
        return entries;
    }

    /// <summary>Settings of the clone do not hold for what is built in this folder.</summary>
    private static void StandApart(string folder)
    {
        foreach (var file in (string[])["Directory.Build.props", "Directory.Packages.props"])
            File.WriteAllText(Path.Combine(folder, file), "<Project />\n");
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static Task<string> PackAsync(StackFolder folder, params string[] arguments) => PackAsync(folder, [], arguments);

    private static Task<string> PackAsync(StackFolder folder, Dictionary<string, string> environment, params string[] arguments) =>
        OkAsync(folder, environment, Path.Combine(folder.Programs.Root, "scripts/pack"), [.. arguments, "--output", Path.Combine(folder.Path, "artifacts")]);

    private static async Task<string> OkAsync(StackFolder folder, Dictionary<string, string> environment, string file, params string[] arguments)
    {
        var result = await Command.RunAsync(file, arguments, folder.Path, CancellationToken.None, environment, deadline: s_build);
        Assert.True(result.ExitCode == 0, $"{Path.GetFileName(file)} {string.Join(' ', arguments.Take(3))}: {result.Output}\n{result.Error}");
        return result.Output;
    }
}
