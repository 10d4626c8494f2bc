using System.Globalization;
using AgentKeys.Protocol;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace AgentKeys.Hosting;

/// <summary>What a caller has to bring. Whether it is enough is decided on fresh facts, by the rule.</summary>
public enum RouteAuth
{
    /// <summary>Nothing: the answer is the same for everybody.</summary>
    Anybody,

    /// <summary>To be on this machine, or to reach the listener that is set apart for it (<see cref="LocalOnly"/>).</summary>
    ThisMachine,

    /// <summary>A proof by a device key; no token yet.</summary>
    Proof,

    /// <summary>A session and a proof by its key.</summary>
    Session,

    /// <summary>A cap, a proof by its device over this body, a complete storage session.</summary>
    CapAndStorage,

    /// <summary>A process that the kernel knows, and the cap and the proof that its client gave it.</summary>
    PeerAndCap,
}

public enum RouteRate
{
    /// <summary>No rate of its own: what it costs is a signature, and what it writes is counted by the rule.</summary>
    None,

    /// <summary>So many a client and minute, by the service's settings.</summary>
    PerClient,

    /// <summary>Body or answer may be megabytes: so many at once (<see cref="LargeRequests"/>).</summary>
    FewAtOnce,
}

/// <summary>
/// Who may come to a route and with how much, said once where the route is mapped (SPEC.md section 8.1). The body limits are the ones that
/// <see cref="JsonExchange.ReadBodyAsync"/> keeps: a route without a guard reads no body.
/// </summary>
/// <param name="Tier">lowest trust tier whose operators the route can ever serve; null where no operator is asked for.</param>
/// <param name="MaxBodyBytes">largest body; 0 where none is read.</param>
public sealed record RouteGuard(TrustTier? Tier, RouteAuth Auth, int MaxBodyBytes, RouteRate Rate = RouteRate.None)
{
    /// <summary>A whole body arrives within this, or the request is refused: 10 s, and 1 s more for each 256 KiB that it may have.</summary>
    public TimeSpan BodyTime => TimeFor(MaxBodyBytes);

    /// <summary>For so many bytes to pass, either way.</summary>
    internal static TimeSpan TimeFor(int bytes) => TimeSpan.FromSeconds(10 + bytes / (256 * 1024));

    /// <summary>Published keys: reads that tell nothing about anybody.</summary>
    public static RouteGuard Open { get; } = new(null, RouteAuth.Anybody, 0);

    /// <summary>Health: for whoever watches the service, and for everybody else.</summary>
    public static RouteGuard Health { get; } = Open with { IsWatching = true };

    /// <summary>Metrics: for whoever watches the service, and for nobody else.</summary>
    public static RouteGuard Local { get; } = new(null, RouteAuth.ThisMachine, 0) { IsWatching = true };

    /// <summary>Asked again and again by machines that watch: served on their listener, and logged only at debug level.</summary>
    public bool IsWatching { get; private init; }

    /// <summary>As a row of SPEC.md section 8.1: <c>human_anchored | session, proof | 4096 | -</c>.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture, $"{Tier?.Name() ?? "-"} | {NameOf(Auth)} | {(MaxBodyBytes == 0 ? "-" : MaxBodyBytes)} | {NameOf(Rate)}");

    /// <summary>Of the route that matched.</summary>
    /// <exception cref="InvalidOperationException">it has none (a bug, not input).</exception>
    public static RouteGuard Of(HttpContext http) =>
        http.GetEndpoint()?.Metadata.GetMetadata<RouteGuard>() ?? throw new InvalidOperationException("A route without a guard reads no body.");

    internal static string NameOf(RouteAuth auth) => auth switch
    {
        RouteAuth.Anybody => "-",
        RouteAuth.ThisMachine => "this machine",
        RouteAuth.Proof => "proof",
        RouteAuth.Session => "session, proof",
        RouteAuth.CapAndStorage => "cap, proof, storage session",
        RouteAuth.PeerAndCap => "peer, cap, proof",
        _ => throw new ArgumentOutOfRangeException(nameof(auth)),
    };

    internal static string NameOf(RouteRate rate) => rate switch
    {
        RouteRate.None => "-",
        RouteRate.PerClient => "client",
        RouteRate.FewAtOnce => "few",
        _ => throw new ArgumentOutOfRangeException(nameof(rate)),
    };
}

public static class RouteGuards
{
    /// <summary>On a route or on a group; the innermost counts.</summary>
    public static TBuilder Guarded<TBuilder>(this TBuilder route, RouteGuard guard)
        where TBuilder : IEndpointConventionBuilder => route.WithMetadata(guard);
}
