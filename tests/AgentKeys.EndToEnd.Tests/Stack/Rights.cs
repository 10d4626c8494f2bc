namespace AgentKeys.EndToEnd.Tests.Stack;

/// <summary>Other rights for a file or folder, until disposed.</summary>
internal sealed class Rights : IDisposable
{
    private readonly string _path;
    private readonly UnixFileMode _before;

    private Rights(string path, UnixFileMode mode)
    {
        (_path, _before) = (path, File.GetUnixFileMode(path));
        File.SetUnixFileMode(path, mode);
    }

    public static Rights Of(string path, UnixFileMode mode) => new(path, mode);

    public void Dispose() => File.SetUnixFileMode(_path, _before);
}
