using AgentKeys.Protocol;
using Xunit;
using static AgentKeys.Tests.Sealing.SealedObject;

namespace AgentKeys.Tests.Sealing;

/// <summary>Every member of a wrap context, changed alone.</summary>
internal static class ContextChanges
{
    private static readonly Omni s_other = new(new Bytes32(Filled(0xc3, 32)));

    public static readonly IReadOnlyDictionary<string, Func<WrapContext, WrapContext>> All = new Dictionary<string, Func<WrapContext, WrapContext>>
    {
        [nameof(WrapContext.Class)] = c => c with { Class = DataClass.Memory },
        [nameof(WrapContext.Operator)] = c => c with { Operator = s_other },
        [nameof(WrapContext.Actor)] = c => c with { Actor = s_other },
        [nameof(WrapContext.Name)] = c => c with { Name = Name("openai_api_kez") },
        [nameof(WrapContext.Kind)] = c => c with { Kind = KeyKind.Isolated },
        [nameof(WrapContext.KeyId)] = c => c with { KeyId = new KeyId(Filled(0xd4, 8)) },
        [nameof(WrapContext.Epoch)] = c => c with { Epoch = 8 },
    };

    /// <summary>A member that is added to the context must be added here.</summary>
    public static void No_member_is_forgotten() =>
        Assert.Equal(typeof(WrapContext).GetProperties().Where(p => p.SetMethod is not null).Select(p => p.Name).Order(), All.Keys.Order());
}
