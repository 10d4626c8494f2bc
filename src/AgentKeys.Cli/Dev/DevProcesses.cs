namespace AgentKeys.Cli;

/// <param name="Start">of <see cref="ProcessIdentity.StartOf"/>.</param>
internal sealed record DevProcess(string Name, int Pid, string Start);

/// <summary>The processes a stack started and has not stopped yet, in the order of their start; kept for the run after a killed one.</summary>
internal sealed record DevProcesses(List<DevProcess> Running)
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan s_poll = TimeSpan.FromMilliseconds(50);

    /// <summary>Ends what a killed run left behind, last started first.</summary>
    /// <returns>names of what was ended.</returns>
    public static async Task<IReadOnlyList<string>> CleanAsync(DevFolder folder, TimeProvider time, CancellationToken cancel)
    {
        var ended = new List<string>();
        var left = HomeJson.ReadFile(folder.Processes, HomeJson.Default.DevProcesses)?.Running ?? [];
        foreach (var process in Enumerable.Reverse(left))
        {
            if (await EndAsync(process, time, cancel))
                ended.Add(process.Name);
        }
        new DevProcesses([]).Save(folder);
        return ended;
    }

    /// <summary>Asks the process to end, waits, and ends it when it does not; false: it was gone already.</summary>
    public static async Task<bool> EndAsync(DevProcess process, TimeProvider time, CancellationToken cancel)
    {
        if (!ProcessIdentity.Signal(process.Pid, process.Start, ProcessIdentity.SigTerm))
            return false;
        var asked = time.GetTimestamp();
        while (ProcessIdentity.StartOf(process.Pid) == process.Start)
        {
            if (time.GetElapsedTime(asked) > s_patience)
                ProcessIdentity.Signal(process.Pid, process.Start, ProcessIdentity.SigKill);
            await Task.Delay(s_poll, time, cancel);
        }
        return true;
    }

    public void Save(DevFolder folder) => HomeJson.WriteFile(folder.Processes, this, HomeJson.Default.DevProcesses);
}
