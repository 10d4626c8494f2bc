using System.Reflection;
using Xunit;
using Xunit.Abstractions;
using Xunit.Sdk;

namespace AgentKeys.Testing;

/// <summary>
/// A suite as a program, for scripts/mutate: <c>dotnet SUITE.dll NAME...</c> runs the tests whose full names contain a NAME and stops at the
/// first that fails. One process that looks at their classes alone, where the test platform starts three and looks at all.
/// </summary>
internal static class ChosenTests
{
    private const int Passed = 0, Failed = 1, NoTest = 2;
    private static readonly TimeSpan s_cleanUp = TimeSpan.FromSeconds(45);

    /// <returns>0: all passed; 1: one failed, which is <c>FAILED Class.Method</c> and why; 2: no test has such a name.</returns>
    public static async Task<int> Main(string[] names)
    {
        var suite = typeof(ChosenTests).Assembly;
        var cases = Find(suite, names);
        if (cases.Count == 0)
            return NoTest;
        var failed = new TaskCompletionSource();
        var execution = new Sink(message =>
        {
            if (message is not IFailureInformation failure)
                return true;
            Console.WriteLine($"FAILED {Name(message)}");
            Console.WriteLine(ExceptionUtility.CombineMessages(failure));
            Console.WriteLine(ExceptionUtility.CombineStackTraces(failure));
            failed.SetResult();
            return false;
        });
        using var runner = new XunitTestAssemblyRunner(new TestAssembly(Reflector.Wrap(suite)), cases, new NullMessageSink(), execution, new Options());
        var run = runner.RunAsync();
        await Task.WhenAny(run, failed.Task);
        if (!failed.Task.IsCompleted)
            return (await run).Failed == 0 ? Passed : Failed;
        // Those that run beside it clean up, unless they hang.
        await Task.WhenAny(run, Task.Delay(s_cleanUp));
        return Failed;
    }

    private static List<IXunitTestCase> Find(Assembly suite, string[] names)
    {
        bool Chosen(string type, string method) => names.Any(name => $"{type}.{method}".Contains(name, StringComparison.Ordinal));

        var classes = suite.GetTypes().Where(t => !t.IsAbstract && t.GetMethods().Any(m => m.IsDefined(typeof(FactAttribute)) && Chosen(t.FullName!, m.Name)));
        var cases = new List<IXunitTestCase>();
        using var discoverer = new XunitTestFrameworkDiscoverer(Reflector.Wrap(suite), new NoSource(), new NullMessageSink());
        foreach (var type in classes)
        {
            using var complete = new ManualResetEventSlim();
            var discovery = new Sink(message =>
            {
                if (message is ITestCaseDiscoveryMessage { TestCase: IXunitTestCase found } && Chosen(found.TestMethod.TestClass.Class.Name, found.TestMethod.Method.Name))
                    cases.Add(found);
                if (message is IDiscoveryCompleteMessage)
                    complete.Set();
                return true;
            });
            discoverer.Find(type.FullName, includeSourceInformation: false, discovery, new Options());
            complete.Wait();
        }
        return cases;
    }

    private static string Name(IMessageSinkMessage message) => message switch
    {
        ITestMethodMessage test => $"{test.TestClass.Class.Name.Split('.')[^1]}.{test.TestMethod.Method.Name}",
        ITestClassMessage test => $"{test.TestClass.Class.Name.Split('.')[^1]}.set-up",
        _ => "suite.set-up",
    };

    private sealed class Sink(Func<IMessageSinkMessage, bool> take) : LongLivedMarshalByRefObject, IMessageSink
    {
        private readonly Lock _one = new();
        private bool _stopped;

        public bool OnMessage(IMessageSinkMessage message)
        {
            lock (_one)
            {
                // What fails because everything stops is no news.
                if (!_stopped)
                    _stopped = !take(message);
                return !_stopped;
            }
        }
    }

    /// <summary>Of discovery and execution; a theory is one case.</summary>
    private sealed class Options : ITestFrameworkDiscoveryOptions, ITestFrameworkExecutionOptions
    {
        private readonly Dictionary<string, object?> _values = new() { ["xunit.discovery.PreEnumerateTheories"] = false };

        public TValue GetValue<TValue>(string name) => _values.TryGetValue(name, out var value) ? (TValue)value! : default!;

        public void SetValue<TValue>(string name, TValue value) => _values[name] = value;
    }

    private sealed class NoSource : LongLivedMarshalByRefObject, ISourceInformationProvider
    {
        public ISourceInformation GetSourceInformation(ITestCase testCase) => new SourceInformation();

        public void Dispose()
        {
        }
    }
}
