using AgentKeys.Protocol;
#if FIDO2
using AgentKeys.WebAuthn.Fido2;
#endif

namespace AgentKeys.Cli;

/// <summary>Who judges the browser's answers beside the built-in verifier: <c>AGENTKEYS_WEBAUTHN</c>, nobody unless set (docs/fido2.md).</summary>
internal static class CeremonyVerifier
{
    public const string Variable = "AGENTKEYS_WEBAUTHN";

    /// <summary>Known to every build, compiled into those whose package feed has the library.</summary>
    public const string Fido2 = "fido2";

    public static IPasskeyVerifier BuiltIn { get; } = new BuiltInPasskeyVerifier();

    /// <summary>Verifiers that this program was built with, the built-in one aside.</summary>
    public static IReadOnlyList<IPasskeyVerifier> Compiled { get; } =
    [
#if FIDO2
        new Fido2PasskeyVerifier(),
#endif
    ];

    /// <param name="setting">builtin or fido2; null or empty: builtin.</param>
    /// <exception cref="CliException">It names none, or one that is not compiled in.</exception>
    public static IPasskeyVerifier Choose(string? setting, IReadOnlyList<IPasskeyVerifier> compiled)
    {
        if (string.IsNullOrEmpty(setting) || setting == BuiltIn.Name)
            return BuiltIn;
        if (compiled.FirstOrDefault(v => v.Name == setting) is { } other)
            return new TwoPasskeyVerifiers(other);
        throw CliException.Usage(setting == Fido2
            ? $"{Variable}: fido2 is not compiled into this program: build it where the package feed has Fido2 (dotnet build Chain.sln -p:WithFido2=true), or choose builtin."
            : $"{Variable}: one of builtin, fido2.");
    }
}
