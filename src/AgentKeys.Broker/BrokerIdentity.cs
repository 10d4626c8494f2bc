namespace AgentKeys.Broker;

/// <summary>Who this broker is, by configuration; nothing of it is ever taken from a request.</summary>
/// <param name="PublicUrl">without a slash at the end; the <c>iss</c> of every token.</param>
internal sealed record BrokerIdentity(string PublicUrl)
{
    /// <summary>host or host:port, as in the login message.</summary>
    public string Domain { get; } = new Uri(PublicUrl).Authority;

    /// <summary>What a proof for this route must name.</summary>
    /// <param name="route">begins with a slash.</param>
    public string Url(string route) => PublicUrl + route;
}
