namespace AgentKeys.Protocol;

/// <summary>An object's name inside (actor, class): the service, or <c>service/key</c> for memory.</summary>
public sealed record ObjectName(ServiceName Service, ServiceName? Key = null)
{
    public override string ToString() => Key is null ? Service.Value : $"{Service.Value}/{Key.Value}";

    public static bool TryParse(string? text, out ObjectName name)
    {
        name = null!;
        var parts = text?.Split('/') ?? [];
        ServiceName? key = null;
        if (parts.Length is not (1 or 2) || !ServiceName.TryParse(parts[0], out var service) || (parts.Length == 2 && !ServiceName.TryParse(parts[1], out key)))
            return false;
        name = new ObjectName(service, key);
        return true;
    }
}
