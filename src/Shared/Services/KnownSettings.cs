using AgentKeys.Hosting;
using AgentKeys.Verification;

namespace AgentKeys.Services;

/// <summary>Settings that a service knows besides its own: the chain's and the trust's, which all share; and which are another service's in the same file.</summary>
internal static class KnownSettings
{
    private static readonly string[] s_services = ["AgentKeys:Broker", "AgentKeys:Signer", "AgentKeys:Workers"];

    /// <param name="own">the service's section, or the one above it.</param>
    public static IServiceCollection AddKnownSettings(this IServiceCollection services, string own)
    {
        foreach (var (section, type) in VerificationServices.Settings)
            services.AddSingleton(SettingsSection.Of(type, section));
        foreach (var other in s_services.Where(s => s != own))
            services.AddSingleton(SettingsSection.OfAnother(other));
        return services;
    }
}
