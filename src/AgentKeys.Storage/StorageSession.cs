namespace AgentKeys.Storage;

/// <summary>Credentials for one actor's objects of one class, as the request brought them. Never shown: ToString names the kind only.</summary>
public abstract record StorageSession
{
    private StorageSession()
    {
    }

    /// <summary>A token that the broker's K2 signed; a local store verifies it at each act.</summary>
    public sealed record Local(string Token) : StorageSession
    {
        public override string ToString() => "local storage session";
    }

    /// <summary>Short-lived credentials of an STS; the bucket judges them.</summary>
    public sealed record Cloud(string AccessKeyId, string SecretAccessKey, string SessionToken) : StorageSession
    {
        public override string ToString() => "cloud storage session";
    }

    /// <summary>The worker's own identity: only for a worker explicitly started with it, never made from headers.</summary>
    public sealed record Worker : StorageSession
    {
        public override string ToString() => "the worker's own storage identity";
    }
}
