using System.Runtime.CompilerServices;

// Freshness is judged behind IFactsSource: its tests feed endpoints' answers straight to the judge.
[assembly: InternalsVisibleTo("AgentKeys.Tests")]
