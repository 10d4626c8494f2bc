using System.Reflection;

namespace AgentKeys.Tests.Repository;

/// <summary>The clone that this test assembly was built from.</summary>
internal static class RepositoryRoot
{
    public static string Path { get; } = Find(System.IO.Path.GetDirectoryName(Assembly.GetExecutingAssembly().Location)!);

    public static string File(string relative) => System.IO.Path.Combine(Path, relative);

    public static IEnumerable<string> Projects(string folder) =>
        Directory.EnumerateFiles(File(folder), "*.csproj", SearchOption.AllDirectories).Order(StringComparer.Ordinal);

    private static string Find(string folder) =>
        System.IO.File.Exists(System.IO.Path.Combine(folder, "Chain.sln")) ? folder : Find(Directory.GetParent(folder)!.FullName);
}
