using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace AgentKeys.Hosting;

/// <summary>A part of the configuration that a service knows, with the type whose properties are its settings.</summary>
public abstract class SettingsSection
{
    private protected SettingsSection(string name) => Name = name;

    /// <summary><c>AgentKeys:Broker</c>.</summary>
    public string Name { get; }

    /// <summary>null: another service's; its settings are not ours to judge.</summary>
    public abstract Type? Type { get; }

    /// <summary>What the section's own rules say of these values.</summary>
    /// <param name="known">without what has an error already.</param>
    internal abstract IEnumerable<string> Judge(IConfiguration known, IServiceProvider services);

    /// <summary>Of a service whose settings stand in the same file.</summary>
    public static SettingsSection OfAnother(string name) => new Another(name);

    /// <param name="type">has a constructor without parameters; its settings are the properties with a <see cref="System.ComponentModel.DescriptionAttribute"/>.</param>
    /// <param name="name">as in <see cref="Name"/>.</param>
    public static SettingsSection Of(Type type, string name) => (SettingsSection)Activator.CreateInstance(typeof(Own<>).MakeGenericType(type), name)!;

    private sealed class Another(string name) : SettingsSection(name)
    {
        public override Type? Type => null;

        internal override IEnumerable<string> Judge(IConfiguration known, IServiceProvider services) => [];
    }

    private sealed class Own<T>(string name) : SettingsSection(name)
        where T : class, new()
    {
        public override Type? Type => typeof(T);

        internal override IEnumerable<string> Judge(IConfiguration known, IServiceProvider services)
        {
            var options = new T();
            known.GetSection(Name).Bind(options);
            return services.GetServices<IValidateOptions<T>>().Select(v => v.Validate(Options.DefaultName, options)).Where(r => r.Failed).SelectMany(r => r.Failures ?? []);
        }
    }
}
