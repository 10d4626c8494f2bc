using AgentKeys.Services.Tests.Worker;
using Xunit;

namespace AgentKeys.Services.Tests.Signer;

/// <summary>A test that becomes another user: skipped, with the reason, where this process may not.</summary>
internal sealed class SecondUserFactAttribute : FactAttribute
{
    public SecondUserFactAttribute()
    {
        if (VaultStack.CurrentUid != 0 || !File.Exists("/usr/bin/setpriv") || !File.Exists("/usr/bin/python3"))
            Skip = "A second user needs root, setpriv and python3: run the tests as root on Debian. The peer table itself is tested everywhere.";
    }
}
