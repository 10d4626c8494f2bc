using AgentKeys.SoftwarePasskey;

if (args is not ["--key", var keyFile, var url] || !Uri.TryCreate(url, UriKind.Absolute, out var page) || !page.IsLoopback)
{
    Console.Error.WriteLine("""
        Answers an AgentKeys ceremony page as a browser with a passkey would, with a software P-256 key kept in FILE.
        For demos and tests: set BROWSER to a script that calls this. It proves nothing about a person.

        usage: AgentKeys.SoftwarePasskey --key FILE http://localhost:PORT/PATH
        """);
    return 2;
}
using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(20) };
return await new CeremonyVisitor(http, keyFile).AnswerAsync(page);
