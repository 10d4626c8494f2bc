using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace AgentKeys.Hosting;

/// <summary>Options that know what is wrong with them.</summary>
public interface IValidatedSettings
{
    /// <summary>Reports everything, not the first thing.</summary>
    void Validate(SettingErrors errors);
}

public static class ValidatedSettings
{
    /// <summary>Binds a section (<c>AgentKeys:Broker</c>), refusing unknown names in it, and fails at start with all errors at once.</summary>
    public static IServiceCollection AddValidatedSettings<T>(this IServiceCollection services, string section)
        where T : class, IValidatedSettings, new()
    {
        services.AddSingleton(SettingsSection.Of(typeof(T), section));
        services.AddOptions<T>()
            .BindConfiguration(section, binder => binder.ErrorOnUnknownConfiguration = true)
            .ValidateOnStart();
        services.AddSingleton<IValidateOptions<T>>(new Validator<T>(section));
        return services;
    }

    /// <summary>For what is needed while the host is being built.</summary>
    /// <exception cref="OptionsValidationException">with all errors.</exception>
    public static T ReadValidated<T>(this IConfiguration configuration, string section)
        where T : class, IValidatedSettings, new()
    {
        var settings = new T();
        configuration.GetSection(section).Bind(settings, binder => binder.ErrorOnUnknownConfiguration = true);
        var result = new Validator<T>(section).Validate(null, settings);
        return result.Failed ? throw new OptionsValidationException(section, typeof(T), result.Failures) : settings;
    }

    private sealed class Validator<T>(string section) : IValidateOptions<T>
        where T : class, IValidatedSettings
    {
        public ValidateOptionsResult Validate(string? name, T options)
        {
            var errors = new SettingErrors(section);
            options.Validate(errors);
            return errors.Errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors.Errors);
        }
    }
}
