namespace AgentKeys.Mutate;

/// <summary>Builds what a mutant changes and runs its tests in a scratch tree.</summary>
internal interface ISuite
{
    /// <summary>All tests that these mutants name, nothing changed: they must pass, or a failure would prove nothing.</summary>
    /// <returns>null, or what failed.</returns>
    Task<string?> BaselineAsync(IReadOnlyList<Mutant> mutants, CancellationToken cancellationToken);

    /// <summary>Applies the mutant in the scratch tree, which is as it was when this returns.</summary>
    Task<Verdict> TryAsync(Mutant mutant, CancellationToken cancellationToken);
}
