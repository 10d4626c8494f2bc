namespace AgentKeys.Services.Tests.WrongMoves;

/// <summary>All wrong moves. A new way to be wrong is a row here first.</summary>
internal static class WrongMoveTable
{
    public static IReadOnlyList<WrongMove> All { get; } =
    [
        .. TokenMoves.All, .. ProofMoves.All, .. SessionMoves.All, .. RequestMoves.All, .. CrossedMoves.All, .. UseMoves.All, .. StorageMoves.All, .. SignerMoves.All, .. ChainMoves.All, .. ObjectMoves.All,
    ];

    private static readonly Dictionary<string, WrongMove> s_byName = All.ToDictionary(m => m.Name);

    public static WrongMove Named(string name) => s_byName[name];
}
