using System.Text;

namespace AgentKeys.Cli;

/// <summary>Reads a line from the terminal without echo.</summary>
internal static class SecretPrompt
{
    public static byte[] Read(string question)
    {
        Console.Error.Write(question);
        var typed = new List<char>();
        for (var key = Console.ReadKey(intercept: true); key.Key != ConsoleKey.Enter; key = Console.ReadKey(intercept: true))
        {
            if (key.Key == ConsoleKey.Backspace && typed.Count > 0)
                typed.RemoveAt(typed.Count - 1);
            else if (!char.IsControl(key.KeyChar))
                typed.Add(key.KeyChar);
        }
        Console.Error.WriteLine();
        var characters = typed.ToArray();
        var bytes = Encoding.UTF8.GetBytes(characters);
        Array.Clear(characters);
        for (var i = 0; i < typed.Count; i++)
            typed[i] = '\0';
        return bytes;
    }
}
