using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace AgentKeys.Hosting;

/// <summary>Where a service listens: for its clients, and, where that is set, apart from them for whoever watches it.</summary>
public static class Listeners
{
    /// <summary>For clients. Read by hand while the host is made: settings are validated later, and a wrong one must not hide the other errors.</summary>
    /// <param name="listen">null and what is no address are left to the validation.</param>
    public static WebApplicationBuilder ListenForClients(this WebApplicationBuilder builder, string? listen)
    {
        if (ListenAddress.TryParse(listen, out var address))
            builder.WebHost.ConfigureKestrel(kestrel => address.AddTo(kestrel, _ => { }));
        return builder;
    }

    /// <summary>For metrics and health alone; where it is set, the clients' listener shows no metrics.</summary>
    /// <param name="listen">as above.</param>
    public static WebApplicationBuilder ListenForWatchers(this WebApplicationBuilder builder, string? listen)
    {
        if (!ListenAddress.TryParse(listen, out var address))
            return builder;
        builder.Services.AddSingleton(new WatchersApart());
        builder.WebHost.ConfigureKestrel(kestrel => address.AddTo(kestrel, options => options.Use(next => connection =>
        {
            connection.Features.Set(new FromWatcher());
            return next(connection);
        })));
        return builder;
    }

    /// <summary>Whether the connection came in by the watchers' listener.</summary>
    internal static bool IsFromWatcher(HttpContext http) => http.Features.Get<FromWatcher>() is not null;

    /// <summary>There is a listener of their own.</summary>
    internal sealed record WatchersApart;

    /// <summary>On every connection of that listener.</summary>
    private sealed record FromWatcher;
}
