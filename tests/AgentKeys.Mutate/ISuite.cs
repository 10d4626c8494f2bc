namespace AgentKeys.Mutate;

/// <summary>Builds what a mutant changed in the scratch tree and runs its tests.</summary>
internal interface ISuite
{
    /// <summary>All tests that these mutants name, nothing changed: they must pass, or a failure would prove nothing.</summary>
    /// <returns>null, or what failed.</returns>
    Task<string?> BaselineAsync(IReadOnlyList<Mutant> mutants, CancellationToken cancellationToken);

    /// <summary>The mutant has been applied; whatever this built is taken back before it returns.</summary>
    Task<Verdict> TryAsync(Mutant mutant, CancellationToken cancellationToken);
}
