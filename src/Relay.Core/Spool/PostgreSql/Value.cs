using Npgsql;
using NpgsqlTypes;

namespace Relay.Core.Spool.PostgreSql;

/// <summary>Parameters of statements, each of a type that does not hang on whether it is null: the statement stays the same prepared one.</summary>
internal static class Value
{
    public static NpgsqlParameter Text(string? text) => Of(NpgsqlDbType.Text, text is null ? null : Storable(text));

    public static NpgsqlParameter Number(long? number) => Of(NpgsqlDbType.Bigint, number);

    public static NpgsqlParameter Integer(int? number) => Of(NpgsqlDbType.Integer, number);

    public static NpgsqlParameter Flag(bool flag) => Of(NpgsqlDbType.Boolean, flag);

    public static NpgsqlParameter Bytes(byte[]? bytes) => Of(NpgsqlDbType.Bytea, bytes);

    public static NpgsqlParameter Numbers(long[] numbers) => Of(NpgsqlDbType.Bigint | NpgsqlDbType.Array, numbers);

    public static NpgsqlParameter Texts(string[] texts) => Of(NpgsqlDbType.Text | NpgsqlDbType.Array, texts);

    public static NpgsqlParameter Many(byte[][] bytes) => Of(NpgsqlDbType.Bytea | NpgsqlDbType.Array, bytes);

    /// <summary>PostgreSQL keeps no NUL and no halves of characters; a server's reply may hold anything.</summary>
    private static string Storable(string text)
    {
        if (!text.Contains('\0', StringComparison.Ordinal) && !text.AsSpan().ContainsAnyInRange('\uD800', '\uDFFF'))
        {
            return text;
        }

        return string.Concat(text.EnumerateRunes().Select(static rune => rune.Value == 0 ? " " : rune.ToString()));
    }

    private static NpgsqlParameter Of(NpgsqlDbType type, object? value) => new() { NpgsqlDbType = type, Value = value ?? DBNull.Value };
}
