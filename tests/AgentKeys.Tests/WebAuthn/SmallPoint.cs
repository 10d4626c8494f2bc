namespace AgentKeys.Tests.WebAuthn;

/// <summary>A point of P-256 whose x is small enough to have a second spelling in 32 bytes, x + p.</summary>
internal static class SmallPoint
{
    public static readonly byte[] X = [.. new byte[31], 5];
    public static readonly byte[] UnreducedX = Convert.FromHexString("ffffffff00000001000000000000000000000001000000000000000000000004");
    public static readonly byte[] Y = Convert.FromHexString("459243b9aa581806fe913bce99817ade11ca503c64d9a3c533415c083248fbcc");
}
