namespace AgentKeys.Chain;

/// <summary>Writes a file so that a reader sees the old content or the whole new one.</summary>
internal static class AtomicFile
{
    public static void Write(string path, string text)
    {
        var aside = path + ".new";
        using (var stream = new FileStream(aside, FileMode.Create, FileAccess.Write, FileShare.None))
        {
            stream.Write(System.Text.Encoding.UTF8.GetBytes(text));
            stream.Flush(flushToDisk: true);
        }

        File.Move(aside, path, overwrite: true);
    }
}
